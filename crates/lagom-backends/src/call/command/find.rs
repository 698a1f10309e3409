//! Where a program is, before it is started.

use std::path::{Path, PathBuf};

use nix::unistd::{AccessFlags, access};

use super::super::BackendError;
use super::settings::Program;

impl Program {
    /// Where the program is: a name with a `/` is looked up from its folder, another one in `PATH`.
    ///
    /// # Errors
    /// It is not there, or may not be started.
    pub fn find(&self) -> Result<PathBuf, BackendError> {
        let name = self.command.first().map_or("", String::as_str);
        let fault = |message: &str| BackendError::Start { program: name.to_owned(), message: message.to_owned() };
        if name.contains('/') {
            let path = self.folder.as_deref().unwrap_or(Path::new("")).join(name);
            return match (path.is_file(), is_startable(&path)) {
                (true, true) => Ok(path),
                (true, false) => Err(fault("it may not be executed (chmod +x)")),
                (false, _) => Err(fault(&format!("there is no file `{}`", path.display()))),
            };
        }
        let places = std::env::var_os("PATH").unwrap_or_default();
        let found = std::env::split_paths(&places).map(|place| place.join(name)).find(|path| is_startable(path));
        found.ok_or_else(|| fault("there is no such program in PATH"))
    }

    /// The first of the arguments that is named like a script and is no file of the folder; none where there is none.
    #[must_use]
    pub fn missing_script(&self) -> Option<&str> {
        const ENDS: [&str; 7] = [".py", ".sh", ".js", ".R", ".jl", ".rb", ".pl"];
        let folder = self.folder.as_deref().unwrap_or(Path::new(""));
        let script = self.command.iter().skip(1).find(|word| ENDS.iter().any(|end| word.ends_with(end)))?;
        (!script.starts_with('-') && !folder.join(script).exists()).then_some(script)
    }
}

fn is_startable(path: &Path) -> bool {
    path.is_file() && access(path, AccessFlags::X_OK).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(folder: &Path, words: &[&str]) -> Program {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Program { folder: Some(folder.to_owned()), ..Program::new(words) }
    }

    #[test]
    fn a_program_is_found_as_the_system_would_find_it() {
        let folder = tempfile::tempdir().unwrap();
        let here = |words: &[&str]| program(folder.path(), words);
        assert!(here(&["sh"]).find().unwrap().ends_with("sh"));
        let told = |words: &[&str]| here(words).find().unwrap_err().to_string();
        assert!(told(&["no-such-program"]).contains("no such program in PATH"));
        assert!(told(&["./model"]).contains("there is no file"));
        std::fs::write(folder.path().join("model"), "#!/bin/sh\n").unwrap();
        assert!(told(&["./model"]).contains("chmod +x"));
        assert!(told(&["model"]).contains("PATH"), "the folder is not searched for a bare name");
    }

    #[test]
    fn a_script_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("model.py"), "").unwrap();
        let missing = |words: &[&str]| program(folder.path(), words).missing_script().map(str::to_owned);
        assert_eq!(missing(&["python3", "model.py", "--x"]), None);
        assert_eq!(missing(&["python3", "-u", "modle.py"]), Some("modle.py".to_owned()));
        assert_eq!(missing(&["python3", "-m", "http.server"]), None);
    }
}
