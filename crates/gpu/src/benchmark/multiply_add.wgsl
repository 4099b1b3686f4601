// Each thread keeps four independent chains of four lanes busy: enough to fill the pipeline of any GPU.
// One turn of the loop is 16 multiply-adds on 4 lanes: 128 floating-point operations.

@group(0) @binding(0) var<storage, read> params: array<u32>;
@group(0) @binding(1) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let turns = params[0];
    // Unknown at compile time, so that nothing folds; factors near 1 so that nothing overflows.
    let seed = f32(params[1] + (id.x & 63u));
    let factor = vec4<f32>(0.999 + seed * 1e-7);
    let addend = vec4<f32>(seed * 1e-6, seed * 2e-6, seed * 3e-6, seed * 4e-6);
    var a = vec4<f32>(seed) + vec4<f32>(0.0, 1.0, 2.0, 3.0);
    var b = a + 4.0;
    var c = a + 8.0;
    var d = a + 12.0;
    for (var turn = 0u; turn < turns; turn++) {
        a = fma(a, factor, addend); b = fma(b, factor, addend);
        c = fma(c, factor, addend); d = fma(d, factor, addend);
        a = fma(a, factor, addend); b = fma(b, factor, addend);
        c = fma(c, factor, addend); d = fma(d, factor, addend);
        a = fma(a, factor, addend); b = fma(b, factor, addend);
        c = fma(c, factor, addend); d = fma(d, factor, addend);
        a = fma(a, factor, addend); b = fma(b, factor, addend);
        c = fma(c, factor, addend); d = fma(d, factor, addend);
    }
    let sum = a + b + c + d;
    result[id.x] = sum.x + sum.y + sum.z + sum.w;
}
