/// The perceptually uniform colours of the heat map: dark violet over red and orange to pale yellow.
///
/// The anchors are every fifth of the 256 published colours of "inferno" (S. van der Walt and N. Smith, released under
/// CC0); those between are interpolated, which is within two grey levels of the published table.
package enum Inferno {
    static let anchors: [UInt32] = [
        0x000004, 0x02020C, 0x050417, 0x0A0722, 0x10092D, 0x160B39, 0x1E0C45, 0x260C51, 0x2F0A5B, 0x380962,
        0x400A67, 0x490B6A, 0x510E6C, 0x59106E, 0x61136E, 0x69166E, 0x71196E, 0x781C6D, 0x801F6C, 0x88226A,
        0x902568, 0x982766, 0xA02A63, 0xA82E5F, 0xB0315B, 0xB73557, 0xBF3952, 0xC63D4D, 0xCC4248, 0xD34743,
        0xD94D3D, 0xDF5337, 0xE45A31, 0xE9612B, 0xED6925, 0xF1711F, 0xF47918, 0xF78212, 0xF98B0B, 0xFA9407,
        0xFB9D07, 0xFCA60C, 0xFCB014, 0xFBBA1F, 0xFAC42A, 0xF8CD37, 0xF6D746, 0xF4E156, 0xF2EA69, 0xF2F27D,
        0xF5F992, 0xFCFFA4,
    ]

    /// 256 colours, from the lowest value to the highest.
    static let table: [Raster.Colour] = (0..<256).map { index in
        let position = Double(index) / 255 * Double(anchors.count - 1)
        let lower = min(Int(position), anchors.count - 2)
        let share = position - Double(lower)
        func channel(_ shift: UInt32) -> UInt8 {
            let a = Double((anchors[lower] >> shift) & 0xFF)
            let b = Double((anchors[lower + 1] >> shift) & 0xFF)
            return UInt8((a + (b - a) * share).rounded())
        }
        return Raster.Colour(channel(16), channel(8), channel(0))
    }

    /// The colour of a normalised value; outside 0…1 it is that of the nearer end.
    package static func colour(_ normalised: Double) -> Raster.Colour {
        table[Int((min(max(normalised, 0), 1) * 255).rounded())]
    }

    /// How much of the picture below the heat hides: nothing up to 0.1, then rising to three quarters at 1.
    package static func opacity(_ normalised: Double) -> Double {
        let rise = min(max((normalised - 0.1) / 0.9, 0), 1)
        return 0.75 * rise.squareRoot()
    }

    /// The heat colour laid over a grey value.
    static func blend(_ normalised: Double, over grey: UInt8) -> Raster.Colour {
        let heat = colour(normalised)
        let share = opacity(normalised)
        func mix(_ channel: UInt8) -> UInt8 { UInt8((Double(channel) * share + Double(grey) * (1 - share)).rounded()) }
        return Raster.Colour(mix(heat.red), mix(heat.green), mix(heat.blue))
    }
}
