/// The kinds of tissue that a voxel may hold shares of; what is left of a voxel is air.
package enum Tissue: Int, Sendable, CaseIterable, Codable {
    /// Cerebrospinal fluid, and the fluid of the eyes.
    case fluid
    /// Cortical grey matter.
    case cortex
    /// Deep grey matter: basal ganglia and thalamus.
    case nuclei
    case white
    case bone
    case fat
    /// Muscle, skin, dura.
    case soft
    /// Tissue with more water than white matter: old spots, caps, and what lies under a dysplasia.
    case gliosis
}

/// The share of each tissue in a voxel, indexed by `Tissue`; sums to at most 1.
typealias Shares = SIMD8<Float>

extension SIMD8<Float> {
    @inline(__always) static func all(_ tissue: Tissue) -> Shares {
        var result = Shares.zero
        result[tissue.rawValue] = 1
        return result
    }

    @inline(__always) subscript(tissue: Tissue) -> Float {
        get { self[tissue.rawValue] }
        set { self[tissue.rawValue] = newValue }
    }

    /// In 255ths. Adding 2^23 leaves the nearest whole number in a float's lowest bits.
    @inline(__always) var packed: SIMD8<UInt8> {
        SIMD8<UInt8>(truncatingIfNeeded: unsafeBitCast(self * 255 + 8_388_608, to: SIMD8<UInt32>.self))
    }

    @inline(__always) init(unpacking packed: SIMD8<UInt8>) {
        let whole = SIMD8<UInt32>(truncatingIfNeeded: packed) | 0x4B00_0000
        self = (unsafeBitCast(whole, to: SIMD8<Float>.self) - 8_388_608) / 255
    }

    /// Replaces a share of what is there by one tissue.
    @inline(__always) mutating func lay(_ tissue: Tissue, _ share: Float) {
        self *= 1 - share
        self[tissue.rawValue] += share
    }

    /// Moves a share, 0…1, of one tissue to another.
    @inline(__always) mutating func move(_ share: Float, of tissue: Tissue, to other: Tissue) {
        let part = self[tissue.rawValue] * share
        self[tissue.rawValue] -= part
        self[other.rawValue] += part
    }
}

/// The share of a voxel of a given width that lies beyond a plane at a signed distance: 0…1.
@inline(__always) func share(_ distance: Float, over width: Float) -> Float {
    let t = min(max(distance / width * 0.8 + 0.5, 0), 1)
    return t * t * (3 - 2 * t)
}

/// The share of a voxel of a given width that a sheet takes, whose middle lies at a distance: 0…1.
@inline(__always) func sheetShare(_ distance: Float, half: Float, width: Float) -> Float {
    let d = abs(distance)
    return min(max(min(d + width / 2, half) - max(d - width / 2, -half), 0) / width, 1)
}

@inline(__always) func mixed(_ a: Float, _ b: Float, _ t: Float) -> Float { a + (b - a) * t }

@inline(__always) func ramp(_ x: Float, _ low: Float, _ high: Float) -> Float {
    let t = min(max((x - low) / (high - low), 0), 1)
    return t * t * (3 - 2 * t)
}

/// The smaller of two distances with the notch between them filled over some mm.
@inline(__always) func joined(_ a: Float, _ b: Float, over width: Float) -> Float {
    let h = max(width - abs(a - b), 0) / width
    return min(a, b) - h * h * width / 4
}
