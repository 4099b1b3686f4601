//! A message bus: asking services that are there, and never starting one.

use std::{fmt::Display, time::Duration};

use serde::{Serialize, de::DeserializeOwned};
use zbus::{
    blocking::{Connection, Proxy, connection::Builder},
    zvariant::{DynamicType, OwnedValue, Type},
};

/// How long a service may take. One that hangs must not take this program along.
const PATIENCE: Duration = Duration::from_secs(1);

/// A connection to a bus.
#[derive(Debug)]
pub(super) struct Bus {
    connection: Connection,
    kind: &'static str,
}

/// A service's object and what is asked of it.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    pub(super) service: &'a str,
    pub(super) path: &'a str,
    pub(super) interface: &'a str,
}

impl Bus {
    /// The session's, by its address or as the environment says.
    pub(super) fn session(address: Option<&str>) -> Result<Self, String> {
        Self::open("session", address.map_or_else(Builder::session, Builder::address))
    }

    /// The system's.
    pub(super) fn system(address: Option<&str>) -> Result<Self, String> {
        Self::open("system", address.map_or_else(Builder::system, Builder::address))
    }

    fn open(kind: &'static str, builder: zbus::Result<Builder<'_>>) -> Result<Self, String> {
        let absent = |error: zbus::Error| format!("The {kind}'s message bus cannot be reached: {error}.");
        let connection = builder
            .map_err(absent)?
            .method_timeout(PATIENCE)
            .build()
            .map_err(absent)?;
        Ok(Self { connection, kind })
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    fn failed(&self, error: impl Display) -> String {
        format!("The {}'s message bus does not answer: {error}.", self.kind)
    }

    /// Names of all services that run.
    ///
    /// # Errors
    /// When the bus itself does not answer.
    pub(super) fn services(&self) -> Result<Vec<String>, String> {
        self.of_bus("ListNames", &())
    }

    /// The process behind a service.
    pub(super) fn process(&self, service: &str) -> Option<u32> {
        self.of_bus("GetConnectionUnixProcessID", &service).ok()
    }

    fn of_bus<A>(&self, method: &str, body: &(impl Serialize + DynamicType)) -> Result<A, String>
    where
        A: DeserializeOwned + Type,
    {
        let bus = Object {
            service: "org.freedesktop.DBus",
            path: "/org/freedesktop/DBus",
            interface: "org.freedesktop.DBus",
        };
        self.call(bus, method, body).map_err(|error| self.failed(error))
    }

    /// Calls a method of a service that runs.
    pub(super) fn call<A>(
        &self,
        object: Object<'_>,
        method: &str,
        body: &(impl Serialize + DynamicType),
    ) -> zbus::Result<A>
    where
        A: DeserializeOwned + Type,
    {
        let proxy = self.proxy(object)?;
        let reply = proxy.call_method(method, body)?;
        reply.body().deserialize()
    }

    /// Reads a property of a service that runs.
    pub(super) fn property<A>(&self, object: Object<'_>, name: &str) -> zbus::Result<A>
    where
        A: TryFrom<OwnedValue>,
        zbus::Error: From<A::Error>,
    {
        self.proxy(object)?.get_property(name)
    }

    fn proxy<'a>(&self, object: Object<'a>) -> zbus::Result<Proxy<'a>> {
        zbus::blocking::proxy::Builder::new(&self.connection)
            .destination(object.service)?
            .path(object.path)?
            .interface(object.interface)?
            // Read when asked for; a cache would listen to every change.
            .cache_properties(zbus::proxy::CacheProperties::No)
            .build()
    }
}
