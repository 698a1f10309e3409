//! What the tokens of a text came to that were read already: from it the text goes on, or several go on from it, at the price of their new tokens.

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

/// What was read before the texts of a pass.
#[derive(Debug)]
pub(super) enum Earlier<'a> {
    /// Nothing.
    Nothing,
    /// A text that goes on, and is kept with what is read now.
    Own(&'a mut Past),
    /// A text that all of them go on from.
    Shared(&'a Past),
}

impl Earlier<'_> {
    /// Attention of the rows of a block, which begin at `starts`; `kept` gets the shares where nothing was read before.
    pub(super) fn attend(
        &mut self,
        attention: &Attention<'_>,
        (block, rows, starts): (usize, &Rows, &[usize]),
        kept: Option<&mut Vec<f32>>,
    ) -> Vec<f32> {
        match self {
            Self::Nothing => attention.forward(&rows.values, starts, kept),
            Self::Own(past) => {
                let found = past.attend(attention, block, (rows, starts));
                past.keep(attention, block, rows);
                found
            }
            Self::Shared(past) => past.attend(attention, block, (rows, starts)),
        }
    }
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

    fn attend(&self, attention: &Attention<'_>, block: usize, (rows, starts): (&Rows, &[usize])) -> Vec<f32> {
        if self.tokens == 0 {
            // Nothing was read before: many tokens at once go faster by products of matrices.
            return attention.forward(&rows.values, starts, None);
        }
        let Block { keys, values } = &self.blocks[block];
        attention.onward(&rows.values, starts, KeptTokens { keys, values })
    }

    /// Keeps keys and values of the rows of a block.
    fn keep(&mut self, attention: &Attention<'_>, block: usize, rows: &Rows) {
        let (query, key) = (attention.out(), attention.key_heads * attention.head_width);
        let Block { keys, values } = &mut self.blocks[block];
        for row in rows.values.chunks_exact(rows.columns.max(1)) {
            keys.extend_from_slice(&row[query..query + key]);
            values.extend_from_slice(&row[query + key..query + 2 * key]);
        }
    }
}
