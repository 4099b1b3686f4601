//! HTTP clients, all with the same TLS library.

/// A builder of HTTP clients whose TLS is ring's, which the mesh and Solana's client link as well.
///
/// reqwest would bring a second library with it; without one it wants the process to name its choice first.
pub fn http_client() -> reqwest::ClientBuilder {
    // Whoever was first in this process has chosen; there is nothing to do then.
    let _chosen_before = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}
