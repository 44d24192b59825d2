//! `platc new`.

use std::io;
use std::path::PathBuf;

use plat_driver::scaffold::{self, Kind, Request};

use crate::args::{New, NewKind, TextFormat};
use crate::console::Console;
use crate::exit::Exit;

pub(super) fn run(arguments: &New, console: &Console) -> io::Result<Exit> {
    let request = Request {
        kind: match arguments.kind {
            NewKind::Project => Kind::Project,
            NewKind::Service => Kind::Service,
            NewKind::Capability => Kind::Capability,
        },
        name: arguments.name.clone(),
        from: arguments.from.clone(),
        into: arguments
            .into
            .clone()
            .unwrap_or_else(|| match arguments.kind {
                NewKind::Project => PathBuf::from(&arguments.name),
                NewKind::Service | NewKind::Capability => PathBuf::from("."),
            }),
    };
    let written = match scaffold::write(&request) {
        Ok(written) => written,
        Err(finding) => {
            console.finding(*finding)?;
            return Ok(Exit::Failure);
        }
    };
    match arguments.format {
        TextFormat::Json => {
            console.result(&super::json(
                &serde_json::json!({ "schema": "platc.new/1", "written": written }),
            ))?;
        }
        TextFormat::Human => {
            for path in &written {
                console.say(&format!("wrote {path}"))?;
            }
            if arguments.kind == NewKind::Project {
                let folder = request.into.display();
                console.say(&format!(
                    "\nnext: platc check {folder} && platc build {folder}"
                ))?;
            }
        }
    }
    Ok(Exit::Fine)
}
