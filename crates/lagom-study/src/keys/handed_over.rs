//! The keys of `[handed-over]`.

use super::key::{Declared, Key, Usual, keys};
use super::values::Flag;

keys! { "handed-over":
    CALIBRATE: Key<Flag, Usual> = "calibrate", Flag, Usual,
        "of classes: whether the log-odds of the model are divided by a temperature, so that its probabilities are truer. A second model, trained without a fifth of the rows, says on these which; it is kept only where it surely lowers the log loss on rows that it was not fitted to. No called class changes by it";
}
