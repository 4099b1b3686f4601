//! How a record becomes bytes: a fixed prefix that says what it is, then its fields in the order of declaration.

/// A value with a fixed place and width in a record.
pub(crate) trait Field: Sized {
    /// Width in bytes.
    const WIDTH: usize;

    /// Appends the value.
    fn write<const N: usize>(&self, writer: &mut Writer<N>);

    /// Splits the value off the front; `None` when the bytes end early or name no value.
    fn read(bytes: &[u8]) -> Option<(Self, &[u8])>;
}

impl<const W: usize> Field for [u8; W] {
    const WIDTH: usize = W;

    fn write<const N: usize>(&self, writer: &mut Writer<N>) {
        writer.put(self);
    }

    fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        bytes.split_first_chunk::<W>().map(|(value, rest)| (*value, rest))
    }
}

macro_rules! integer_field {
    ($($int:ty),*) => {$(
        impl Field for $int {
            const WIDTH: usize = size_of::<$int>();

            fn write<const N: usize>(&self, writer: &mut Writer<N>) {
                writer.put(&self.to_le_bytes());
            }

            fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
                bytes.split_first_chunk().map(|(value, rest)| (<$int>::from_le_bytes(*value), rest))
            }
        }
    )*};
}

integer_field!(u8, u16, u32, u64);

/// Fills a fixed array part by part.
pub(crate) struct Writer<const N: usize> {
    bytes: [u8; N],
    at: usize,
}

impl<const N: usize> Writer<N> {
    pub(crate) fn new() -> Self {
        Self { bytes: [0; N], at: 0 }
    }

    pub(crate) fn put(&mut self, part: &[u8]) {
        let end = self.at + part.len();
        self.bytes[self.at..end].copy_from_slice(part);
        self.at = end;
    }

    pub(crate) fn finish(self) -> [u8; N] {
        debug_assert!(self.at == N);
        self.bytes
    }
}

/// Declares a struct together with its bytes: `LEN`, `to_bytes`, `from_bytes`.
macro_rules! record {
    (
        prefix $prefix:expr;
        $(#[$meta:meta])*
        pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $ty:ty,)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name { $($(#[$field_meta])* pub $field: $ty,)* }

        impl $name {
            /// Length in bytes, prefix included.
            pub const LEN: usize = $prefix.len() $(+ <$ty as $crate::layout::Field>::WIDTH)*;

            /// The bytes: prefix, then the fields in the order they are declared, integers little-endian.
            #[must_use]
            pub fn to_bytes(&self) -> [u8; Self::LEN] {
                let mut writer = $crate::layout::Writer::new();
                writer.put(&$prefix);
                $($crate::layout::Field::write(&self.$field, &mut writer);)*
                writer.finish()
            }

            /// Reads the bytes back; `None` unless prefix and length fit exactly and every field is valid.
            #[must_use]
            pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
                let rest = bytes.strip_prefix(&$prefix)?;
                $(let ($field, rest) = <$ty as $crate::layout::Field>::read(rest)?;)*
                rest.is_empty().then_some(Self { $($field,)* })
            }
        }
    };
}

/// Declares an enum that is one byte in a record.
macro_rules! byte_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $value:literal,)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum $name { $($(#[$variant_meta])* $variant = $value,)* }

        impl $crate::layout::Field for $name {
            const WIDTH: usize = 1;

            fn write<const N: usize>(&self, writer: &mut $crate::layout::Writer<N>) {
                writer.put(&[*self as u8]);
            }

            fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
                match bytes.split_first()? {
                    $(($value, rest) => Some((Self::$variant, rest)),)*
                    _ => None,
                }
            }
        }
    };
}

/// Declares a group of values that is a field of several records.
macro_rules! part {
    (
        $(#[$meta:meta])*
        pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $ty:ty,)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name { $($(#[$field_meta])* pub $field: $ty,)* }

        impl $crate::layout::Field for $name {
            const WIDTH: usize = 0 $(+ <$ty as $crate::layout::Field>::WIDTH)*;

            fn write<const N: usize>(&self, writer: &mut $crate::layout::Writer<N>) {
                $($crate::layout::Field::write(&self.$field, writer);)*
            }

            fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
                $(let ($field, bytes) = <$ty as $crate::layout::Field>::read(bytes)?;)*
                Some((Self { $($field,)* }, bytes))
            }
        }
    };
}

pub(crate) use {byte_enum, part, record};
