//! wgpu adapters by a name that another process can open again.

use std::collections::HashMap;

use hearth_types::device::AdapterRef;

/// Every adapter that runs kernels, with its reference. OpenGL is no compute driver here and is left out.
pub(crate) fn all() -> Vec<(AdapterRef, wgpu::Adapter)> {
    let backends = wgpu::Backends::VULKAN | wgpu::Backends::METAL | wgpu::Backends::DX12;
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = backends;
    // Validation layers and debug labels are for developing kernels.
    descriptor.flags = wgpu::InstanceFlags::empty();
    let instance = wgpu::Instance::new(descriptor);
    let mut seen: HashMap<(String, String, String), u32> = HashMap::new();
    let mut adapters = Vec::new();
    for adapter in pollster::block_on(instance.enumerate_adapters(backends)) {
        let info = adapter.get_info();
        let Some(backend) = backend_name(info.backend) else {
            continue;
        };
        let key = (
            backend.to_owned(),
            info.name.clone(),
            info.device_pci_bus_id.to_lowercase(),
        );
        let count = seen.entry(key.clone()).or_default();
        let index = *count;
        *count += 1;
        let (backend, name, pci_slot) = key;
        adapters.push((
            AdapterRef {
                backend,
                name,
                pci_slot,
                index,
            },
            adapter,
        ));
    }
    adapters
}

/// The adapter of that reference, or `None` when the machine has none such.
pub(crate) fn open(reference: &AdapterRef) -> Option<wgpu::Adapter> {
    all()
        .into_iter()
        .find(|(found, _)| found == reference)
        .map(|(_, adapter)| adapter)
}

fn backend_name(backend: wgpu::Backend) -> Option<&'static str> {
    match backend {
        wgpu::Backend::Vulkan => Some("vulkan"),
        wgpu::Backend::Metal => Some("metal"),
        wgpu::Backend::Dx12 => Some("dx12"),
        wgpu::Backend::Gl | wgpu::Backend::BrowserWebGpu | wgpu::Backend::Noop => None,
    }
}
