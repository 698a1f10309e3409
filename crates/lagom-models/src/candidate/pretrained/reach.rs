//! How much of a text weights read, what bounds it, and how many texts of a data set are longer.

use lagom_pretrained::{Distilled, Folder, StaticEmbedding};

use super::family_of;
use super::fault::WeightsFault;
use super::tuned::most_tokens;
use crate::candidate::model::texts;
use crate::candidate::outside::Reach;
use crate::candidate::spec::Candidate;
use crate::data::{Column, Inputs};
use crate::study::units::grouped_count;
use crate::study::{Adaptation, Pretrained, Weights};

/// Texts that are looked at before anything is trained, and the bytes of them: some tenths of a second.
const LOOKED_AT: (usize, usize) = (1_000, 4_000_000);

/// How much of a text an adaptation of weights reads: the least of what their folder says and what lagom trains on; none where there is no
/// bound. Of a text in a prompt that is what it and the prompt have together.
fn reach(weights: &Weights, how: Adaptation) -> Option<Reach> {
    if how == Adaptation::Static {
        let from = "the bound of model2vec, which static embeddings are distilled as".to_owned();
        return Some(Reach { tokens: u32::try_from(Distilled::CONTEXT).unwrap_or(u32::MAX), from });
    }
    let from = match weights.context_from.as_str() {
        // What was found by an older lagom.
        "" => "the configuration of the weights",
        from => from,
    };
    let own = Reach { tokens: weights.context, from: from.to_owned() };
    let own = Some(own).filter(|own| own.tokens > 0);
    let trained =
        most_tokens(how).map(|tokens| Reach { tokens, from: "lagom trains weights on no longer texts".to_owned() });
    match (own, trained) {
        (Some(own), Some(trained)) => Some(if trained.tokens < own.tokens { trained } else { own }),
        (own, None) if how == Adaptation::Frozen || how.is_prompted() => own,
        (None, trained) => trained,
        (Some(_), None) => None,
    }
}

/// How much of a text a candidate on pretrained weights reads; none of others, and where there is no bound.
#[must_use]
pub fn reach_of(candidate: &Candidate) -> Option<Reach> {
    let weights = candidate.weights.as_ref()?;
    let how = Adaptation::ALL.into_iter().find(|how| family_of(*how) == candidate.spec.family)?;
    reach(weights, how)
}

/// What is to be known of weights beside that they can be read, a whole sentence each: what may be wrong with their folder, and how many
/// texts are not read to the end. Of the rows `rows` about a thousand are looked at.
///
/// # Errors
/// The folder can't be read any more, one of its numbers is none or infinite, they tell no two texts apart, or its tokenizer fails on a text.
pub fn remarks(
    named: &Pretrained,
    weights: &Weights,
    adapt: &[Adaptation],
    (columns, rows): (&[Column], &[u32]),
) -> Result<Vec<String>, WeightsFault> {
    let folder = Folder::open(&weights.folder)?;
    folder.check_numbers()?;
    if weights.is_static {
        StaticEmbedding::load(&folder)?;
    }
    let mut told: Vec<String> = folder.doubts().iter().map(|doubt| format!("`{}`: {doubt}.", named.name)).collect();
    let bytes: usize = texts(&Inputs { columns, rows: &rows[..rows.len().min(100)] }).iter().map(String::len).sum();
    let mean = (bytes / rows.len().clamp(1, 100)).max(1);
    let most = LOOKED_AT.0.min((LOOKED_AT.1 / mean).max(1));
    // Spread over the file, which may be sorted.
    let looked: Vec<u32> = rows.iter().copied().step_by(rows.len().div_ceil(most).max(1)).collect();
    let sample = texts(&Inputs { columns, rows: &looked });
    let sample: Vec<&str> = sample.iter().map(String::as_str).collect();
    let mut bounds: Vec<(Reach, Vec<String>)> = Vec::new();
    // What is left of it beside a prompt hangs on the names of the classes: cut texts are counted as they are scored.
    for how in adapt.iter().filter(|how| !how.is_prompted()) {
        let Some(reach) = reach(weights, *how) else { continue };
        let own = named.candidates(*how).into_iter().map(|name| format!("`{name}`"));
        match bounds.iter_mut().find(|(other, _)| *other == reach) {
            Some((_, names)) => names.extend(own),
            None => bounds.push((reach, own.collect())),
        }
    }
    for (reach, names) in bounds {
        let is_distilled = self::reach(weights, Adaptation::Static).as_ref() == Some(&reach);
        let cut = match is_distilled {
            true => folder.count_cut_distilled(&sample)?,
            false => folder.count_cut(&sample, Some(reach.tokens as usize))?,
        };
        if cut > 0 {
            let few = if looked.len() == rows.len() { grouped_count(cut as u64) } else { share(cut, looked.len()) };
            let verb = if names.len() == 1 { "reads" } else { "read" };
            told.push(format!(
                "{few} of {} texts are longer than the {} tokens that {} {verb} ({}): the rest of them is not looked at.",
                grouped_count(looked.len() as u64),
                reach.tokens,
                names.join(" and "),
                reach.from
            ));
        }
    }
    Ok(told)
}

/// `About 33 %`.
fn share(cut: usize, of: usize) -> String {
    let percent = 100.0 * cut as f64 / of.max(1) as f64;
    if percent < 1.0 { "Below 1 %".to_owned() } else { format!("About {percent:.0} %") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(context: u32) -> Weights {
        Weights {
            folder: "w".into(),
            digest: String::new(),
            architecture: "bert".to_owned(),
            is_static: false,
            parameters: 1,
            bytes: 1,
            memory: 4,
            width: 2,
            layers: 1,
            context,
            context_from: "`max_seq_length` of sentence_bert_config.json".to_owned(),
            tokens: 0,
            ends: Vec::new(),
        }
    }

    #[test]
    fn the_least_bound_is_the_one_that_is_named() {
        let of =
            |context, how| reach(&weights(context), how).map(|reach| (reach.tokens, reach.from.starts_with("lagom")));
        assert_eq!(of(256, Adaptation::Frozen), Some((256, false)));
        // Weights are trained on 128 tokens of a text (`tuned/settings.rs`).
        assert_eq!(of(256, Adaptation::Full), Some((128, true)));
        assert_eq!(of(64, Adaptation::Lora), Some((64, false)));
        assert_eq!(of(0, Adaptation::Frozen), None);
        assert_eq!(of(0, Adaptation::Scratch), Some((128, true)));
    }

    #[test]
    fn shares_are_rounded_and_never_to_nothing() {
        assert_eq!(
            (share(1, 3), share(1, 1_000), share(5, 5)),
            ("About 33 %".into(), "Below 1 %".into(), "About 100 %".into())
        );
    }
}
