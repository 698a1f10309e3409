//! Every lever applies where its words say, and sets what is trained by.
