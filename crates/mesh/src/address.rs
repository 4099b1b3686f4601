//! Mesh addresses as the protocol writes them, and as iroh does.

use hearth_protocol::coordinator::MeshAddress;
use hearth_types::id::NodeId;
use iroh::{Endpoint, EndpointAddr, EndpointId, RelayUrl, TransportAddr};

use crate::MeshError;

/// More direct addresses than a machine has; what lies beyond is left out.
const MAX_DIRECT: usize = 16;

/// The address of a bound endpoint.
pub(crate) fn of_endpoint(endpoint: &Endpoint, loopback_only: bool) -> MeshAddress {
    let address = endpoint.addr();
    let mut direct: Vec<_> = if loopback_only {
        // iroh leaves loopback out of what it advertises; here it is all there is.
        endpoint.bound_sockets()
    } else {
        address.ip_addrs().copied().collect()
    };
    direct.truncate(MAX_DIRECT);
    MeshAddress {
        node: node_id(endpoint.id()),
        direct,
        relay: address.relay_urls().next().map(ToString::to_string),
    }
}

/// The address as iroh dials it. A relay that does not parse is left out when there are direct addresses.
///
/// # Errors
/// [`MeshError::PeerId`], and [`MeshError::Relay`] when the relay was the only way.
pub(crate) fn to_iroh(address: &MeshAddress) -> Result<EndpointAddr, MeshError> {
    let id = EndpointId::from_bytes(address.node.as_bytes()).map_err(|e| MeshError::PeerId(Box::new(e)))?;
    let mut ways: Vec<_> = address
        .direct
        .iter()
        .take(MAX_DIRECT)
        .copied()
        .map(TransportAddr::Ip)
        .collect();
    if let Some(url) = &address.relay {
        match parse_relay(url) {
            Ok(relay) => ways.push(TransportAddr::Relay(relay)),
            Err(error) if ways.is_empty() => return Err(error),
            Err(error) => tracing::debug!(%error, "a peer's relay address was left out"),
        }
    }
    Ok(EndpointAddr::from_parts(id, ways))
}

/// A relay's address.
///
/// # Errors
/// [`MeshError::Relay`].
pub(crate) fn parse_relay(url: &str) -> Result<RelayUrl, MeshError> {
    url.parse().map_err(|source| MeshError::Relay {
        url: url.to_owned(),
        source: Box::new(source),
    })
}

/// The id by which the rest of Hearth knows an endpoint.
pub(crate) fn node_id(id: EndpointId) -> NodeId {
    NodeId(*id.as_bytes())
}
