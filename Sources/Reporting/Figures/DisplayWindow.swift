package import Imaging

/// The grey scale of a picture: which value is black and which is white.
package struct DisplayWindow: Sendable, Hashable {
    package var black: Float
    package var white: Float

    package init(black: Float, white: Float) {
        self.black = black
        self.white = white
    }

    /// A window from the image's own values: black at the half-percentile of all voxels, white at the 99.5th percentile of
    /// the voxels that are not air, so that a bright lesion in a stripped brain is not cut off.
    package init(fitting volume: Volume) {
        let step = max(volume.voxels.count / 300_000, 1)
        var sample: [Float] = []
        sample.reserveCapacity(volume.voxels.count / step + 1)
        for at in stride(from: 0, to: volume.voxels.count, by: step) where volume.voxels[at].isFinite {
            sample.append(volume.voxels[at])
        }
        sample.sort()
        guard let lowest = sample.first, let highest = sample.last, highest > lowest else {
            self.init(black: sample.first ?? 0, white: (sample.first ?? 0) + 1)
            return
        }
        func percentile(_ share: Double, of values: ArraySlice<Float>) -> Float {
            values[values.startIndex + Int((Double(values.count - 1) * share).rounded())]
        }
        let black = percentile(0.005, of: sample[...])
        let air = black + 0.1 * (percentile(0.999, of: sample[...]) - black)
        let tissue = sample[(sample.firstIndex { $0 > air } ?? 0)...]
        let white = percentile(0.995, of: tissue)
        self.init(black: black, white: white > black ? white : highest)
    }

    /// 0 (black) … 1 (white); a value that is not a number is black.
    func share(_ value: Float) -> Double {
        guard value.isFinite else { return 0 }
        return Double(min(max((value - black) / (white - black), 0), 1))
    }
}
