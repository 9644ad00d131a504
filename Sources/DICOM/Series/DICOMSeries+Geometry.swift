internal import Imaging

extension DICOMSeries {
    /// Sorts the slices by position and works out where the voxels lie; refuses whatever is not one whole volume.
    ///
    /// Spacing comes from positions alone (Spacing Between Slices is often wrong); the affine is
    /// `row · column spacing, column · row spacing, step between slices`, turned from LPS to RAS.
    package func geometry() throws(DICOMError) -> SeriesGeometry {
        if let refusal { throw refusal }
        if let refusal = ImageKind.refusal(of: self) { throw refusal }
        let plane = try sharedPlane()
        guard slices.count >= SeriesGeometry.fewestSlices else {
            throw DICOMError(
                .notAVolume, "The series has \(slices.count) of at least \(SeriesGeometry.fewestSlices) slices.")
        }
        let sorted = try sortedByHeight(plane)
        try checkSpacing(sorted.map(\.height))
        let positions = sorted.map(\.position)
        let step = (positions[positions.count - 1] - positions[0]) / Double(positions.count - 1)
        try checkLine(positions, step: step, normal: plane.normal)

        let format = pixels(slices[0])
        let lps = Affine(
            column0: plane.row * plane.columnSpacingMM, column1: plane.column * plane.rowSpacingMM, column2: step,
            translation: positions[0])
        let lpsToRAS = Affine(column0: [-1, 0, 0], column1: [0, -1, 0], column2: [0, 0, 1], translation: .zero)
        let grid = VoxelGrid(shape: [format.columns, format.rows, slices.count], affineRAS: lpsToRAS * lps)
        return SeriesGeometry(
            grid: grid, slices: sorted.map(\.slice), sliceThicknessMM: frameHeader(slices[0]).sliceThicknessMM,
            completeness: try completeness())
    }

    /// What all slices have in common within their plane.
    private struct Plane {
        var row: SIMD3<Double>
        var column: SIMD3<Double>
        var normal: SIMD3<Double>
        var rowSpacingMM: Double
        var columnSpacingMM: Double
    }

    private func sharedPlane() throws(DICOMError) -> Plane {
        let frames = slices.map(frameHeader)
        for frame in frames {
            guard frame.positionLPS != nil, frame.rowDirection != nil, frame.columnDirection != nil,
                frame.rowSpacingMM != nil, frame.columnSpacingMM != nil
            else { throw DICOMError(.noGeometry) }
        }
        guard SeriesGeometry.shareOrientation(self) else { throw DICOMError(.mixedOrientation) }
        guard Set(slices.map { files[$0.file].header.frameOfReferenceUID }).count == 1 else {
            throw DICOMError(.mixedFrameOfReference)
        }
        guard let first = frames.first, let row = first.rowDirection, let column = first.columnDirection,
            let rowSpacing = first.rowSpacingMM, let columnSpacing = first.columnSpacingMM
        else { throw DICOMError(.noGeometry) }
        let format = pixels(slices[0])
        for (slice, frame) in zip(slices, frames) {
            let other = pixels(slice)
            guard other.rows == format.rows, other.columns == format.columns,
                Self.same(frame.rowSpacingMM, rowSpacing), Self.same(frame.columnSpacingMM, columnSpacing)
            else { throw DICOMError(.differingSize) }
        }
        let lengths = [SeriesGeometry.length(row), SeriesGeometry.length(column)]
        guard lengths.allSatisfy({ abs($0 - 1) < 1e-3 }), abs(SeriesGeometry.dot(row, column)) < 2e-3,
            (0.01...100).contains(rowSpacing), (0.01...100).contains(columnSpacing),
            frames.allSatisfy({ SeriesGeometry.length($0.positionLPS ?? .zero) < SeriesGeometry.farthestMM })
        else { throw DICOMError(.invalidGeometry) }
        let normal = cross(row, column)
        return Plane(
            row: row, column: column, normal: normal / SeriesGeometry.length(normal), rowSpacingMM: rowSpacing,
            columnSpacingMM: columnSpacing)
    }

    private static func same(_ a: Double?, _ b: Double) -> Bool {
        guard let a else { return false }
        return abs(a - b) <= 1e-3 * abs(b)
    }

    /// Slices with their position and its height along the normal, lowest first; ties keep the order of the files.
    private func sortedByHeight(
        _ plane: Plane
    ) throws(DICOMError) -> [(slice: Slice, position: SIMD3<Double>, height: Double)] {
        var placed: [(slice: Slice, position: SIMD3<Double>, height: Double)] = []
        for slice in slices {
            guard let position = frameHeader(slice).positionLPS else { throw DICOMError(.noGeometry) }
            placed.append((slice, position, SeriesGeometry.dot(position, plane.normal)))
        }
        return placed.sorted {
            ($0.height, $0.slice.file, $0.slice.frame) < ($1.height, $1.slice.file, $1.slice.frame)
        }
    }

    /// Every step must be the median step within 1 %.
    private func checkSpacing(_ heights: [Double]) throws(DICOMError) {
        let steps = zip(heights, heights.dropFirst()).map { $1 - $0 }
        let duplicates = steps.count { $0 < SeriesGeometry.samePositionMM }
        guard duplicates == 0 else {
            throw DICOMError(.duplicatePosition, "\(duplicates) of \(heights.count) slices lie where another one lies.")
        }
        let median = steps.sorted()[steps.count / 2]
        let tolerance = SeriesGeometry.spacingTolerance
        guard let odd = steps.first(where: { abs($0 - median) > tolerance * median }) else { return }
        // A gap of a whole number of steps is a slice that did not arrive.
        let ratio = (odd / median).rounded()
        let isGap = ratio >= 2 && abs(odd - ratio * median) <= 2 * tolerance * ratio * median
        let found = "Slices are \(Self.rounded(median)) mm apart, but at one place \(Self.rounded(odd)) mm."
        throw DICOMError(isGap ? .missingSlice : .unevenSpacing, found)
    }

    /// Positions must lie on a line along the normal.
    private func checkLine(
        _ positions: [SIMD3<Double>], step: SIMD3<Double>, normal: SIMD3<Double>
    ) throws(DICOMError) {
        let angle = SeriesGeometry.degrees(step, normal)
        guard angle <= SeriesGeometry.angleToleranceDegrees else {
            throw DICOMError(.sheared, "The slices are stacked \(Self.rounded(angle))° off their normal.")
        }
        for (index, position) in positions.enumerated() {
            let aside = position - (positions[0] + step * Double(index))
            guard SeriesGeometry.length(aside) <= SeriesGeometry.lineToleranceMM else { throw DICOMError(.sheared) }
        }
    }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
