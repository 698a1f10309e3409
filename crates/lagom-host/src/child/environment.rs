//! What programs that lagom starts see of its environment: what they need to run, and what the study names for them.

use crate::secret::{is_well_known, names_secret};

/// Variables that programs need: paths, language, home, proxies, certificates.
const PASSED: [&str; 38] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "TERM",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TMPDIR",
    "TMP",
    "TEMP",
    "PWD",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "LIBRARY_PATH",
    "VIRTUAL_ENV",
    "JAVA_HOME",
    "NODE_PATH",
    "GOPATH",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "R_HOME",
    "R_LIBS",
    "SYSTEMROOT",
];

/// How the names of families of such variables begin: of lagom itself, of Python, of graphics cards, of libraries that compute and of those
/// that keep models.
const FAMILIES: [&str; 37] = [
    "LAGOM_",
    "LC_",
    "XDG_",
    "PYTHON",
    "CONDA_",
    "MAMBA_",
    "UV_",
    "PYENV_",
    "DYLD_",
    "CUDA_",
    "NVIDIA_",
    "NCCL_",
    "VK_",
    "MESA_",
    "WGPU_",
    "CUBECL_",
    "HIP_",
    "ROCR_",
    "HSA_",
    "OMP_",
    "GOMP_",
    "MKL_",
    "OPENBLAS_",
    "BLIS_",
    "NUMEXPR_",
    "RAYON_",
    "MALLOC_",
    "HF_",
    "HUGGINGFACE_",
    "TRANSFORMERS_",
    "TORCH_",
    "PYTORCH_",
    "TF_",
    "XLA_",
    "JAX_",
    "GGML_",
    "LLAMA_",
];

/// What a program gets that lagom starts, of this process's environment: names and values. Of the
/// families whatever is called a secret or looks like one is left out, unless it is `named`; what stands in `PASSED` passes as it is.
pub(super) fn environment(named: &[String]) -> impl Iterator<Item = (String, String)> + '_ {
    of(
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
        named,
    )
}

fn of<'a>(
    all: impl Iterator<Item = (String, String)> + 'a,
    named: &'a [String],
) -> impl Iterator<Item = (String, String)> + 'a {
    let passed = |name: &str, value: &str| {
        // A path or the number of a graphics card is as long and as mixed as a key.
        let family = || FAMILIES.iter().any(|family| name.starts_with(family));
        PASSED.contains(&name) || (family() && !names_secret(name) && !is_well_known(value))
    };
    all.filter(move |(name, value)| named.contains(name) || passed(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_gets_what_it_needs_and_what_is_named_and_no_key() {
        let all = [
            ("PATH", "/usr/bin"),
            ("LD_LIBRARY_PATH", "/usr/local/cuda-12.4/lib64:/opt/nvidia/2024/lib"),
            ("CUDA_VISIBLE_DEVICES", "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6"),
            ("VK_DRIVER_FILES", "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json"),
            ("PWD", "/gpfs/home/u/user12345678"),
            ("LC_ALL", "C.UTF-8"),
            ("OPENAI_API_KEY", "sk-canary-0123456789"),
            ("HF_TOKEN", "hf_canary0123456789"),
            ("HF_HOME", "/models"),
            ("HF_ODD", "sk-canary-0123456789"),
            ("XDG_SESSION_TOKEN", "7dfd3867b0c3db30b8553e1e37038e6c"),
            ("LAGOM_SECRET", "hush-hush-hush"),
            ("DATABASE_URL", "postgres://me:hush@host"),
            ("MODE", "fast"),
            ("https_proxy", "http://proxy:3128"),
        ];
        let all = || all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let names = |named: &[&str]| -> Vec<String> {
            let named: Vec<String> = named.iter().map(|name| (*name).to_owned()).collect();
            of(all(), &named).map(|(name, _)| name).collect()
        };
        let needed = ["PATH", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "VK_DRIVER_FILES", "PWD", "LC_ALL"];
        assert_eq!(names(&[]), [&needed[..], &["HF_HOME", "https_proxy"]].concat());
        assert_eq!(
            names(&["OPENAI_API_KEY", "MODE"]),
            [&needed[..], &["OPENAI_API_KEY", "HF_HOME", "MODE", "https_proxy"]].concat()
        );
    }
}
