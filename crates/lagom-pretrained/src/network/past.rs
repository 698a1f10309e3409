//! What the tokens of a text came to that were read already: from it the text goes on at the price of its new tokens.

use super::forward::copied;
use crate::kernels::{Attention, KeptTokens};
use crate::product::Rows;

/// Keys and values of the tokens of one text, block by block.
#[derive(Debug, Clone, Default)]
pub(crate) struct Past {
    tokens: usize,
    blocks: Vec<Block>,
}

/// Those of one block, `[tokens, key heads · head width]` each.
#[derive(Debug, Clone, Default)]
struct Block {
    keys: Vec<f32>,
    values: Vec<f32>,
}

impl Past {
    /// Tokens that were read.
    pub(crate) fn tokens(&self) -> usize {
        self.tokens
    }

    /// Makes room for so many blocks.
    pub(super) fn reserve(&mut self, blocks: usize) {
        self.blocks.resize_with(blocks, Block::default);
    }

    /// Notes that so many further tokens went through all blocks.
    pub(super) fn read(&mut self, tokens: usize) {
        self.tokens += tokens;
    }

    /// Forgets all tokens but the first ones.
    pub(crate) fn keep(&mut self, tokens: usize) {
        if tokens >= self.tokens {
            return;
        }
        for Block { keys, values } in &mut self.blocks {
            let width = keys.len() / self.tokens;
            keys.truncate(tokens * width);
            values.truncate(tokens * width);
        }
        self.tokens = tokens;
    }

    /// Keeps keys and values of new rows of a block, and attends with the rows to all that is kept there.
    pub(super) fn attend(&mut self, attention: &Attention<'_>, block: usize, rows: &Rows) -> Vec<f32> {
        let (query, key) = (attention.out(), attention.key_heads * attention.head_width);
        let Block { keys, values } = &mut self.blocks[block];
        keys.extend(copied(rows, query, key));
        values.extend(copied(rows, query + key, key));
        if self.tokens == 0 {
            // Nothing was read before: many tokens at once go faster by products of matrices.
            return attention.forward(&rows.values, &[0, rows.values.len() / rows.columns.max(1)], None);
        }
        attention.onward(&rows.values, KeptTokens { keys, values })
    }
}
