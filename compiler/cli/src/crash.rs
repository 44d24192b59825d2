//! What a person reads when the compiler itself is wrong.

use std::io::Write as _;
use std::panic::{self, PanicHookInfo};

use plat_diagnostics::codes;

/// Replaces the message of a panic by one that says what to do. With `RUST_BACKTRACE` set, the original one follows.
pub(crate) fn install() {
    let original = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        // Nobody reads any more when this fails.
        let _ = writeln!(std::io::stderr(), "{}", message(info));
        if std::env::var_os("RUST_BACKTRACE").is_some() {
            original(info);
        }
    }));
}

fn message(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let what = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned());
    let place = info.location().map_or_else(String::new, |place| {
        format!(" ({}:{})", place.file(), place.line())
    });
    let code = &codes::COMPILER_BUG;
    format!(
        "error[{}]: {}: {what}{place}\n\n  \
         This is not your fault. Nothing has been written that is not whole.\n  \
         Please report it with platc {}, this message, the command line and, if\n  \
         you can, the sources. RUST_BACKTRACE=1 adds where it happened.",
        code.code,
        code.summary,
        env!("CARGO_PKG_VERSION"),
    )
}
