/// Activations with their channels side by side: (samples, d, h, w, lanes), axes d, h and w being 0, 1 and 2 of the volume.
///
/// `lanes` is the number of channels filled up to a whole vector of 16. The channels that fill up are zero, and every
/// kernel keeps them zero, so that any number of channels runs on the same code. A voxel's channels being one row, a
/// 1×1×1 convolution is one matrix product, and every transform reads whole vectors.
package struct Activations: @unchecked Sendable {
    /// Channels of one vector.
    package static let vector = 16

    package let samples: Int
    package let channels: Int
    /// Voxels along axes 0, 1 and 2.
    package let shape: SIMD3<Int>
    /// The first value.
    package let base: UnsafeMutablePointer<Float>
    /// Keeps the memory alive.
    private let memory: AlignedMemory

    /// Floats of one voxel.
    package var lanes: Int { Self.lanes(of: channels) }
    package var voxels: Int { shape.x * shape.y * shape.z }
    /// Floats from one sample to the next.
    package var sampleStride: Int { voxels * lanes }
    package var count: Int { samples * sampleStride }

    /// `channels`, filled up to a whole vector.
    package static func lanes(of channels: Int) -> Int { (channels + vector - 1) / vector * vector }

    /// Floats that activations of this size take.
    package static func count(samples: Int, channels: Int, shape: SIMD3<Int>) -> Int {
        samples * shape.x * shape.y * shape.z * lanes(of: channels)
    }

    /// Zeros in memory of their own.
    package init(samples: Int = 1, channels: Int, shape: SIMD3<Int>) {
        let count = Self.count(samples: samples, channels: channels, shape: shape)
        self.init(in: AlignedMemory(count: count), at: 0, samples: samples, channels: channels, shape: shape)
    }

    /// A part of memory that is there already, with whatever it holds.
    ///
    /// - Precondition: the part lies inside the memory and begins at a multiple of 16 floats.
    package init(in memory: AlignedMemory, at offset: Int, samples: Int = 1, channels: Int, shape: SIMD3<Int>) {
        precondition(samples > 0 && channels > 0 && all(shape .> 0), "activations are not empty")
        precondition(offset >= 0 && offset % Self.vector == 0, "a part begins at a whole vector")
        precondition(
            offset + Self.count(samples: samples, channels: channels, shape: shape) <= memory.count,
            "a part lies inside its memory")
        self.samples = samples
        self.channels = channels
        self.shape = shape
        self.memory = memory
        base = memory.base + offset
    }

    /// One sample of these.
    package func sample(_ n: Int) -> Activations {
        precondition(n >= 0 && n < samples, "the sample exists")
        return Activations(
            in: memory, at: base - memory.base + n * sampleStride, channels: channels, shape: shape)
    }

    /// Place of one value, in floats from `base`; `voxel` counts in C order.
    package func index(_ sample: Int, _ channel: Int, _ voxel: Int) -> Int {
        (sample * voxels + voxel) * lanes + channel
    }

    /// Values of a tensor (n, c, d, h, w), reordered.
    package init(_ tensor: Tensor) {
        precondition(tensor.shape.count == 5, "activations have five axes")
        self.init(samples: tensor.shape[0], channels: tensor.shape[1], shape: tensor.spatialShape)
        fill(with: tensor)
    }

    /// Takes over the values of a tensor (n, c, d, h, w), reordered; the channels that fill up stay as they are.
    package func fill(with tensor: Tensor) {
        precondition(
            tensor.shape == [samples, channels, shape.x, shape.y, shape.z], "a tensor of the same shape")
        tensor.values.withUnsafeBufferPointer { values in
            guard let first = values.baseAddress else { return }
            forEachTile { row, place, channels in
                for channel in 0..<channels { base[row + channel] = first[place + channel * voxels] }
            }
        }
    }

    /// As (n, c, d, h, w), C order.
    package func tensor() -> Tensor {
        Tensor(shape: [samples, channels, shape.x, shape.y, shape.z]) { out in
            forEachTile { row, place, channels in
                for channel in 0..<channels { out[place + channel * voxels] = base[row + channel] }
            }
        }
    }

    /// Every voxel of every vector of channels: where it begins here and in a tensor of the same values, in which one
    /// channel follows the other after `voxels` values. Both sides are walked in streams.
    @inline(__always)
    private func forEachTile(_ body: (_ row: Int, _ place: Int, _ channels: Int) -> Void) {
        for n in 0..<samples {
            for first in stride(from: 0, to: channels, by: Self.vector) {
                let width = min(Self.vector, channels - first)
                let place = (n * channels + first) * voxels
                for voxel in 0..<voxels { body(index(n, first, voxel), place + voxel, width) }
            }
        }
    }
}
