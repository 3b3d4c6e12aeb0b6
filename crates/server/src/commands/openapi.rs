//! `guildhall openapi`.

use std::path::PathBuf;

use clap::Args;
use guildhall_api::documents;
use guildhall_server::Error;

/// Where to write.
#[derive(Args)]
pub struct Arguments {
    /// The folder [default: openapi]
    #[arg(default_value = "openapi")]
    folder: PathBuf,
}

/// Writes one file for each document.
pub fn run(arguments: &Arguments) -> Result<(), Error> {
    let wrong = |path: &PathBuf| {
        let path = path.display().to_string();
        move |error| Error::File { path, error }
    };
    std::fs::create_dir_all(&arguments.folder).map_err(wrong(&arguments.folder))?;
    for named in documents::all() {
        let path = arguments.folder.join(format!("{}.json", named.name));
        let text = named.document.to_pretty_json().map_err(|error| Error::Setting(error.to_string()))?;
        std::fs::write(&path, text + "\n").map_err(wrong(&path))?;
        println!("wrote {}", path.display());
    }
    Ok(())
}
