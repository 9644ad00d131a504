/// The three planes in which a radiologist looks at a head, in the radiological convention.
///
/// Axes are those of a canonical RAS volume: 0 grows to the right, 1 forward,
/// 2 up. In all three planes the picture's columns run against the axis across and its rows against the axis up, so that
/// the patient's right is on the picture's left and, in a sagittal plane, the face looks to the left.
package enum Plane: String, Sendable, CaseIterable {
    case axial, coronal, sagittal

    /// Canonical axis that runs across the picture.
    package var across: Int { self == .sagittal ? 1 : 0 }
    /// Canonical axis that runs up the picture.
    package var up: Int { self == .axial ? 1 : 2 }
    /// Canonical axis at right angles to the picture.
    package var through: Int {
        switch self {
        case .axial: 2
        case .coronal: 1
        case .sagittal: 0
        }
    }

    /// Letters at the picture's left, right, top and bottom edge.
    var letters: (left: String, right: String, top: String, bottom: String) {
        switch self {
        case .axial: ("R", "L", "A", "P")
        case .coronal: ("R", "L", "S", "I")
        case .sagittal: ("A", "P", "S", "I")
        }
    }

    /// World axis that names the slice's position.
    var axisName: String {
        switch self {
        case .axial: "Z"
        case .coronal: "Y"
        case .sagittal: "X"
        }
    }

    /// Where slice 1 is.
    var countedFrom: String {
        switch self {
        case .axial: "the bottom"
        case .coronal: "the back"
        case .sagittal: "the patient's left"
        }
    }
}
