"""The engine's tools that run inside the sandbox, on untrusted bytes. They import nothing of the rest of Wenlan."""
