//! The environment of the process, handed to the configuration as a layer. Nothing else of the driver reads it.

use camunda_core::config::ConfigBuilder;

/// The settings over the variables of the process. A variable that is not Unicode cannot be one of ours.
pub(crate) fn over(settings: ConfigBuilder) -> ConfigBuilder {
    let unicode = |(key, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((key.into_string().ok()?, value.into_string().ok()?))
    };
    settings.environment(std::env::vars_os().filter_map(unicode))
}
