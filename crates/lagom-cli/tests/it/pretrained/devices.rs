//! `device` and `precision` of weights: what is refused, and whole studies on a device where there is one.

use super::folders::bert_folder;
use super::{study, study_text};
use crate::support::Place;

fn place(more: &str) -> Place {
    let place = Place::new();
    bert_folder(&place.path("w"));
    study(&place, more);
    place
}

#[test]
fn what_says_nothing_or_can_t_be_is_refused_all_at_once() {
    let place = place("");
    let refuses = |more: &str, words: &[&str]| {
        place.write("s.toml", study_text(more));
        place.refuses(words);
    };
    for device in ["gpu", "cuda:x", "cuda:01", "CUDA"] {
        refuses(
            &format!("adapt = [\"full\"]\ndevice = \"{device}\"\n"),
            &[
                &format!("candidate.device: found \"{device}\", expected \"cpu\", \"cuda\" or \"wgpu\""),
                "such as \"cuda:1\"",
            ],
        );
    }
    refuses(
        "adapt = [\"full\"]\nprecision = \"f16\"\n",
        &["candidate.precision: found \"f16\", expected `f32` or `bf16`"],
    );
    for device in ["", "device = \"cpu\"\n"] {
        refuses(
            &format!("adapt = [\"full\"]\n{device}precision = \"bf16\"\n"),
            &["candidate.precision: \"bf16\" is for graphics cards", "device = \"cuda\"", "a processor trains in f32"],
        );
    }
    refuses(
        "adapt = [\"frozen\", \"static\"]\ndevice = \"cuda\"\nprecision = \"bf16\"\n",
        &[
            "`device` means nothing without \"lora\", \"full\" or \"scratch\" in `adapt`",
            "`precision` means nothing without \"lora\", \"full\" or \"scratch\" in `adapt`",
        ],
    );
    place.write("s.toml", study_text("").replace("weights = \"w\"", "gguf = \"m.gguf\"\ndevice = \"cuda\""));
    place.refuses(&["`device` means nothing beside `gguf`", "it goes with `weights`"]);
}

#[cfg(not(any(feature = "cuda", feature = "wgpu")))]
#[test]
fn a_program_without_devices_says_how_to_build_one_before_anything_is_written() {
    let place = place("");
    for (device, feature) in [("cuda", "cuda"), ("cuda:1", "cuda"), ("wgpu", "wgpu")] {
        place.write("s.toml", study_text(&format!("adapt = [\"frozen\", \"full\"]\ndevice = \"{device}\"\n")));
        place.refuses(&[
            &format!(
                "[[candidate]] \"tiny\": it is to be trained on `{device}`, and this lagom was built without the feature `{feature}`"
            ),
            &format!("cargo build --release --features {feature}"),
        ]);
    }
}

#[test]
fn the_processor_by_name_is_the_processor() {
    let place = place("adapt = [\"full\"]\n");
    let plain = place.lagom(&["plan", "s.toml"]);
    plain.ends(0);
    place.write("s.toml", study_text("adapt = [\"full\"]\ndevice = \"cpu\"\nprecision = \"f32\"\n"));
    let named = place.lagom(&["plan", "s.toml"]);
    named.ends(0);
    assert_eq!(plain.out, named.out);
    // Nothing of it is trained: nobody has to have a device for that.
    place.write("s.toml", study_text("device = \"cpu\"\n"));
    place.lagom(&["check", "s.toml"]).ends(0);
}

/// What a scheduled job runs on a device of this machine.
#[cfg(any(feature = "cuda", feature = "wgpu"))]
mod real {
    use super::*;

    fn a_study_trains(device: &str) {
        let place = place(&format!("adapt = [\"frozen\", \"lora\", \"full\", \"scratch\"]\ndevice = \"{device}\"\n"));
        let told = format!("`tiny-lora` and `tiny-full` and `tiny-scratch` are trained on `{device}` (");
        place.lagom(&["check", "s.toml"]).ends(0).says(&[&told, "in f32", "their training cost is left unknown"]);
        place.lagom(&["plan", "s.toml"]).ends(0).says(&[&told, "the times of a processor"]);
        let ran = place.run();
        assert!(ran.code == 0 || ran.code == 3, "{ran:?}");
        let report = place.report("out");
        let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
        for name in ["tiny-lora", "tiny-full", "tiny-scratch"] {
            let row = rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("no {name}: {report}"));
            assert!(row["quality"]["point"].is_number(), "{row}");
            assert_eq!(row["trials"][0]["computed_on"], format!("{device} in f32"), "{row}");
        }
        let frozen = rows.iter().find(|row| row["name"] == "tiny-frozen").unwrap();
        assert!(frozen["trials"][0]["computed_on"].is_null(), "{frozen}");
        let notes = report["data"]["notes"].to_string();
        assert!(notes.contains("trained on `"), "{notes}");
        let count =
            || -> i64 { place.store("out").query_row("select count(*) from trials", [], |row| row.get(0)).unwrap() };
        let before = count();
        place.run();
        assert_eq!(count(), before, "nothing is trained again");
        // On the processor they are other trials; the frozen ones are found again.
        place.write("s.toml", place.text("s.toml").replace(&format!("device = \"{device}\"\n"), ""));
        place.run();
        let repeats = 3;
        assert_eq!(count(), before + 3 * repeats);
        let again = place.report("out");
        let quality = |report: &serde_json::Value, name: &str| {
            let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
            rows.iter().find(|row| row["name"] == name).unwrap()["quality"]["point"].as_f64().unwrap()
        };
        for name in ["tiny-lora", "tiny-full", "tiny-scratch"] {
            // The same recipe, order and zeros of dropout: what is left is rounding.
            let (there, here) = (quality(&report, name), quality(&again, name));
            println!("{name}: {there} on {device}, {here} on the processor");
            assert!((there - here).abs() <= 0.05, "{name}: {there} on {device}, {here} on the processor");
        }
    }

    fn none_of_that_number(device: &str) {
        let place = place(&format!("adapt = [\"full\"]\ndevice = \"{device}:77\"\n"));
        place.refuses(&[
            &format!("[[candidate]] \"tiny\": it is to be trained on `{device}:77`, and this machine has"),
            "or write device = \"cpu\"",
        ]);
    }

    #[cfg(feature = "wgpu")]
    #[test]
    #[ignore = "needs a device that Vulkan, Metal or DirectX can use"]
    fn device_wgpu_trains_a_study() {
        a_study_trains("wgpu");
        none_of_that_number("wgpu");
    }

    #[cfg(feature = "cuda")]
    #[test]
    #[ignore = "needs a graphics card that CUDA can use"]
    fn device_cuda_trains_a_study() {
        a_study_trains("cuda");
        none_of_that_number("cuda");
    }
}
