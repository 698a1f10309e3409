//! A tokenizer without the tokens that no text is cut into: its file, written anew.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// The tokens that are kept.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    /// The number of each in the vocabulary of the encoder, ascending.
    pub(super) ids: Vec<u32>,
    /// tokenizer.json with these alone, numbered from 0, and without marks around a text.
    pub(super) json: String,
}

/// Names of the token for padding, where the file does not say which it is.
const PADDING: [&str; 2] = ["[PAD]", "<pad>"];

/// What of a tokenizer's file has vectors: every token but those that were added (the unknown one and the one for padding stay) and BERT's
/// `[unused…]`. So model2vec does it.
pub(super) fn kept(json: &str) -> Result<Kept, String> {
    let mut file: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let tokens = sorted(&file)?;
    let added: Vec<String> = names(&file["added_tokens"]);
    let unknown = unknown(&file["model"], &tokens);
    let padding = file["padding"]["pad_token"].as_str().map(str::to_owned);
    let padding =
        padding.or_else(|| PADDING.iter().find(|name| added.iter().any(|own| own == *name)).map(|n| (*n).to_owned()));
    let stays = |name: &str| [&unknown, &padding].into_iter().flatten().any(|own| own == name);
    let dropped: BTreeSet<&str> = tokens
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| !stays(name) && (added.iter().any(|own| own == name) || is_unused(name)))
        .collect();
    let left: Vec<&(String, u32)> = tokens.iter().filter(|(name, _)| !dropped.contains(name.as_str())).collect();
    if left.len() < 2 {
        return Err(format!("{} tokens, of which {} are left", tokens.len(), left.len()));
    }
    let place = |name: &str| left.iter().position(|(own, _)| own == name);
    let places: Vec<(String, usize)> =
        [&unknown, &padding].into_iter().flatten().filter_map(|name| Some((name.clone(), place(name)?))).collect();
    rewrite(&mut file, &left, &dropped, &places);
    Ok(Kept { ids: left.iter().map(|(_, id)| *id).collect(), json: file.to_string() })
}

/// The tokens of the vocabulary by number; those that were added beyond it have no row.
fn sorted(file: &Value) -> Result<Vec<(String, u32)>, String> {
    let number = |id: &Value| id.as_u64().and_then(|id| u32::try_from(id).ok());
    let mut tokens: Vec<(String, u32)> = match &file["model"]["vocab"] {
        Value::Object(vocabulary) => {
            vocabulary.iter().filter_map(|(name, id)| Some((name.clone(), number(id)?))).collect()
        }
        // Pieces with their scores, in the order of their numbers.
        Value::Array(pieces) => {
            let name = |piece: &Value| piece.get(0).and_then(Value::as_str).map(str::to_owned);
            pieces.iter().zip(0..).filter_map(|(piece, id)| Some((name(piece)?, id))).collect()
        }
        _ => return Err("no `vocab` under `model`".to_owned()),
    };
    tokens.sort_by_key(|(_, id)| *id);
    Ok(tokens)
}

fn names(added: &Value) -> Vec<String> {
    let all = added.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().filter_map(|one| one["content"].as_str().map(str::to_owned)).collect()
}

/// The token for what the vocabulary does not have.
fn unknown(model: &Value, tokens: &[(String, u32)]) -> Option<String> {
    let by_number = || {
        let id = model["unk_id"].as_u64()?;
        tokens.iter().find(|(_, own)| u64::from(*own) == id).map(|(name, _)| name.clone())
    };
    model["unk_token"].as_str().map(str::to_owned).or_else(by_number)
}

/// Whether a name begins as the spare tokens of BERT's vocabulary: `[unused7]`.
fn is_unused(name: &str) -> bool {
    let number = name.strip_prefix("[unused").and_then(|rest| rest.split_once(']')).map(|(number, _)| number);
    number.is_some_and(|number| !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit()))
}

/// Takes the dropped tokens out of the file; `places` are the new numbers of added tokens that stay.
fn rewrite(file: &mut Value, left: &[&(String, u32)], dropped: &BTreeSet<&str>, places: &[(String, usize)]) {
    let unknown = places.first().filter(|_| !file["model"]["unk_id"].is_null()).map(|(_, place)| *place);
    let model = &mut file["model"];
    match &mut model["vocab"] {
        Value::Array(pieces) => {
            let all = std::mem::take(pieces);
            *pieces =
                all.into_iter().filter(|piece| !piece[0].as_str().is_some_and(|name| dropped.contains(name))).collect();
        }
        vocabulary => {
            let numbered = left.iter().enumerate().map(|(at, (name, _))| (name.clone(), json!(at)));
            *vocabulary = Value::Object(numbered.collect::<Map<_, _>>());
        }
    }
    if let Some(unknown) = unknown {
        model["unk_id"] = json!(unknown);
    }
    if let Some(merges) = model.get_mut("merges").and_then(Value::as_array_mut) {
        merges.retain(|merge| {
            !pair(merge).is_some_and(|(a, b)| [a, b, &format!("{a}{b}")].into_iter().any(|name| dropped.contains(name)))
        });
    }
    if let Some(added) = file.get_mut("added_tokens").and_then(Value::as_array_mut) {
        let all = std::mem::take(added);
        *added = all
            .into_iter()
            .filter_map(|mut one| {
                let (_, place) = places.iter().find(|(name, _)| one["content"] == json!(name))?;
                one["id"] = json!(place);
                Some(one)
            })
            .collect();
    }
    for key in ["post_processor", "truncation", "padding"] {
        file[key] = Value::Null;
    }
}

/// The two tokens of a merge: `"a b"`, or a list of them.
fn pair(merge: &Value) -> Option<(&str, &str)> {
    match merge {
        Value::String(both) => both.split_once(' '),
        Value::Array(both) => Some((both.first()?.as_str()?, both.get(1)?.as_str()?)),
        _ => None,
    }
}
