// Ends the presentation at its last slide, as that ends up, and lets whoever shows it in a frame follow and move it.
// Messages carry numbers of slides and wishes only, so they may go to anybody and come from the frame around alone.
(function () {
  "use strict";
  var turn = window.switchSlide;
  window.switchSlide = function (offset, skipsTransition) {
    var next = window.nCurSlide + offset;
    if (next >= 0 && next < window.theMetaDoc.nNumberOfSlides) turn(next - window.nCurSlide, skipsTransition);
  };
  if (window.parent === window) return;

  function tell(message) {
    window.parent.postMessage(message, "*");
  }

  function press(code) {
    var move = document.onkeydown;
    if (move) move.call(document, { keyCode: code, preventDefault: function () {} });
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") tell({ slides: "close" });
  }, true);
  window.addEventListener("message", function (event) {
    if (event.source !== window.parent || !event.data) return;
    if (event.data.slides === "next") press(39);
    if (event.data.slides === "previous") press(37);
  });
  var told = -1;
  window.setInterval(function () {
    if (window.nCurSlide === undefined || window.nCurSlide === told) return;
    told = window.nCurSlide;
    tell({ slides: "at", number: told + 1 });
  }, 100);
})();
