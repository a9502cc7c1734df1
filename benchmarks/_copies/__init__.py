"""What `copies` is made of: disguised copies, a library of texts, and what people use today."""
