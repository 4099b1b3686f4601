// Reads every element of one buffer once and writes it to another: neighbouring threads touch neighbouring memory.

@group(0) @binding(0) var<storage, read> from_buffer: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> to_buffer: array<vec4<f32>>;

@compute @workgroup_size(256)
fn main(
    @builtin(global_invocation_id) id: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
) {
    let stride = groups.x * 256u;
    for (var i = id.x; i < arrayLength(&from_buffer); i += stride) {
        to_buffer[i] = from_buffer[i];
    }
}
