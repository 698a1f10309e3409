//! Labels without any relation to the inputs: nothing is learned, whatever the seed.

use super::support::{Dice, Place, SMALL, classes, csv};

fn nothing_is_learned(seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let place = Place::new();
        let mut rows = classes(300, 1);
        let mut dice = Dice(seed);
        for at in (1..rows.len()).rev() {
            let other = (dice.roll() % (at as u64 + 1)) as usize;
            let label = rows[at][3].clone();
            rows[at][3] = std::mem::replace(&mut rows[other][3], label);
        }
        place.write("d.csv", csv("a,b,colour,y", &rows));
        place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{SMALL}seed = {seed}\n"));
        place.run().ends(3);
        assert_eq!(place.report("out")["verdict"]["kind"], "nothing-learned", "seed {seed}");
        assert!(!place.path("out/model.lagom").exists());
    }
}

#[test]
fn shuffled_labels_teach_nothing() {
    nothing_is_learned(1..6);
}

#[test]
#[ignore = "long"]
fn acceptance_shuffled_labels_teach_nothing_in_twenty_seeds() {
    nothing_is_learned(1..21);
}
