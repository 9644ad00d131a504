/// Kernel size, stride, padding and dilation of a sliding window along axes 0, 1 and 2.
package struct ConvolutionGeometry: Sendable, Hashable {
    package let kernel: SIMD3<Int>
    package let stride: SIMD3<Int>
    package let padding: SIMD3<Int>
    package let dilation: SIMD3<Int>

    package init(
        kernel: SIMD3<Int>, stride: SIMD3<Int>, padding: SIMD3<Int>, dilation: SIMD3<Int> = SIMD3(repeating: 1)
    ) {
        precondition(all(kernel .> 0) && all(stride .> 0) && all(dilation .> 0) && all(padding .>= 0))
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
    }

    /// Taps of one kernel.
    package var taps: Int { kernel.x * kernel.y * kernel.z }

    /// True where the window is one voxel that visits every voxel: a matrix product and nothing more.
    package var isPointwise: Bool {
        taps == 1 && stride == SIMD3(repeating: 1) && padding == SIMD3(repeating: 0)
    }

    /// Number of window positions along each axis; below one where the padded input is smaller than the window.
    package func outputShape(of input: SIMD3<Int>) -> SIMD3<Int> {
        let span = dilation &* (kernel &- 1) &+ 1
        let room = input &+ 2 &* padding &- span
        return SIMD3(
            room.x < 0 ? 0 : room.x / stride.x + 1,
            room.y < 0 ? 0 : room.y / stride.y + 1,
            room.z < 0 ? 0 : room.z / stride.z + 1)
    }
}
