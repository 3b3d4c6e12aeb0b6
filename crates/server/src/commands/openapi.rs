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
    for name in documents::NAMES {
        let path = arguments.folder.join(format!("{name}.json"));
        std::fs::write(&path, documents::json(name).unwrap_or_default()).map_err(wrong(&path))?;
        println!("wrote {}", path.display());
    }
    Ok(())
}
