// How many steps each point of a 256 × 256 picture takes to leave the circle of radius 2.
@group(0) @binding(0) var<storage, read_write> counts: array<u32>;

const SIZE: u32 = 256u;
const MOST: u32 = 1000u;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= SIZE || id.y >= SIZE {
        return;
    }
    let c = vec2<f32>(f32(id.x) / f32(SIZE) * 3.0 - 2.2, f32(id.y) / f32(SIZE) * 3.0 - 1.5);
    var z = vec2<f32>(0.0, 0.0);
    var n = 0u;
    loop {
        if n >= MOST || dot(z, z) > 4.0 {
            break;
        }
        z = vec2<f32>(z.x * z.x - z.y * z.y, 2.0 * z.x * z.y) + c;
        n = n + 1u;
    }
    counts[id.y * SIZE + id.x] = n;
}
