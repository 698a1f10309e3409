//! Reads the only things that the WMT17 file has: texts, in lists and pairs. Anything else is refused.

/// A thing in a pickle.
#[derive(Clone, Debug)]
pub(crate) enum Thing {
    Text(String),
    Many(Vec<Thing>),
}

impl Thing {
    pub(crate) fn text(self) -> String {
        match self {
            Thing::Text(text) => text,
            Thing::Many(_) => panic!("a list in place of a text"),
        }
    }

    pub(crate) fn many(self) -> Vec<Thing> {
        match self {
            Thing::Many(things) => things,
            Thing::Text(text) => panic!("the text {text:?} in place of a list"),
        }
    }
}

/// The thing that a pickle (protocol 2 or 3) holds.
pub(crate) fn read(bytes: &[u8]) -> Thing {
    let (mut at, mut stack, mut marks) = (0, Vec::new(), Vec::new());
    let mut take = |count: usize| {
        at += count;
        &bytes[at - count..at]
    };
    loop {
        match take(1)[0] {
            // PROTO and its version, BINPUT, LONG_BINPUT: nothing is ever fetched again
            0x80 | b'q' => drop(take(1)),
            b'r' => drop(take(4)),
            b']' => stack.push(Thing::Many(Vec::new())),
            b'(' => marks.push(stack.len()),
            b'X' => {
                let length = u32::from_le_bytes(take(4).try_into().unwrap()) as usize;
                stack.push(Thing::Text(String::from_utf8(take(length).to_vec()).unwrap()));
            }
            b'a' => {
                let item = stack.pop().unwrap();
                append(&mut stack, vec![item]);
            }
            b'e' => {
                let items = stack.split_off(marks.pop().unwrap());
                append(&mut stack, items);
            }
            0x86 => {
                let pair = stack.split_off(stack.len() - 2);
                stack.push(Thing::Many(pair));
            }
            b'.' => return stack.pop().unwrap(),
            code => panic!("the opcode {code:#x} is not one of plain lists of texts"),
        }
    }
}

fn append(stack: &mut [Thing], items: Vec<Thing>) {
    match stack.last_mut() {
        Some(Thing::Many(list)) => list.extend(items),
        other => panic!("items for {other:?}"),
    }
}
