import ConvNet
import Imaging
import Simulation

/// What a sidecar says of a simulated scan: BIDS's own keys, and how the simulation took it.
struct ScanFacts: Encodable, Sendable {
    var modality = "MR"
    var acquisitionType = "3D"
    /// Nil for a real scan.
    var manufacturer: String?
    var seriesDescription: String
    var protocolName: String
    var sliceThicknessMM: Double
    /// Nil for a real scan, of which nobody said it.
    var skullStripped: Bool?
    var simulation: Simulation?

    /// Relative to the brightest of grey and white matter, but for the blur.
    struct Simulation: Encodable, Sendable {
        var contrast: TissueContrast
        var noise: Double
        var shading: Double
        var blurVoxels: Double
        var ghost: Double
        var scale: Double
    }

    private enum CodingKeys: String, CodingKey {
        case modality = "Modality"
        case acquisitionType = "MRAcquisitionType"
        case manufacturer = "Manufacturer"
        case seriesDescription = "SeriesDescription"
        case protocolName = "ProtocolName"
        case sliceThicknessMM = "SliceThickness"
        case skullStripped = "SkullStripped"
        case simulation = "Simulation"
    }

    init(_ kind: String, name: String, spacingMM: SIMD3<Double>, stripped: Bool? = nil) {
        seriesDescription = kind + "_" + name
        protocolName = name
        sliceThicknessMM = (spacingMM.max() * 1000).rounded() / 1000
        skullStripped = stripped
    }

    init(_ acquisition: Acquisition, name: String, stripped: Bool) {
        self.init("simulated", name: name, spacingMM: acquisition.grid.spacingMM, stripped: stripped)
        manufacturer = "FCDWatch simulation"
        simulation = Simulation(
            contrast: acquisition.contrast, noise: acquisition.noise, shading: acquisition.shading,
            blurVoxels: acquisition.blurVoxels, ghost: acquisition.ghost, scale: acquisition.scale)
    }
}

/// One finished person on the way to the disk.
struct CohortSubject {
    var person: CohortPerson
    var head: SimulatedHead
    var severity: Double?
    /// "folded", "maps", or "scan" for a real one with an implant.
    var anatomy: String
    /// Label of the real scan; nil for a made-up head.
    var source: String?
    var t1w: ScanFacts
    var flair: ScanFacts

    /// - Throws: `TRAINING_OUTPUT_UNWRITABLE`.
    func write(to files: CohortFiles) throws(TrainingError) -> CohortFiles.Record {
        let id = person.id
        let folder = "\(id)/anat/\(id)_acq-"
        let brain = "derivatives/brain/\(folder)\(flair.protocolName)_FLAIR_desc-brain_mask"
        var images = [
            ("\(folder)\(t1w.protocolName)_T1w", head.t1w, Self.type(head.t1w)),
            ("\(folder)\(flair.protocolName)_FLAIR", head.flair, Self.type(head.flair)),
            (brain, head.brain, NIfTIDatatype.uint8),
        ]
        if person.group == .fcd {
            images.append(("\(folder)\(flair.protocolName)_FLAIR_roi", head.lesion, .uint8))
        }
        var names: [String: Int] = [:]
        for (name, volume, type) in images {
            try files.put(volume, at: name + ".nii.gz", type: type)
            names[name + ".nii.gz"] = 0
        }
        for (name, facts) in [(images[0].0, t1w), (images[1].0, flair)] {
            try files.put(CohortFiles.json(facts), at: name + ".json")
            names[name + ".json"] = 0
        }
        var generator = SeededGenerator(seed: person.seed, "person")
        let isPatient = person.group == .fcd
        let record = CohortFiles.Record(
            id: id, group: person.group, pair: person.pair, source: source, severity: isPatient ? severity : nil,
            lesionMillilitres: isPatient ? head.lesionMillilitres : nil, anatomy: anatomy,
            sex: generator.next() & 1 == 0 ? "F" : "M",
            // Categories of five years, as in ds004199: 3 is 11 to 15 years, 12 is 56 to 60.
            age: Int.random(in: 3...12, using: &generator), split: person.isTest ? "test" : "train", files: names)
        try files.finish(record)
        return record
    }

    /// Whole numbers that fit are stored as such; they pack better.
    private static func type(_ volume: Volume) -> NIfTIDatatype {
        let isWhole = volume.voxels.withUnsafeBufferPointer { voxels in
            voxels.allSatisfy { $0 == $0.rounded() && abs($0) <= 32_767 }
        }
        return isWhole ? .int16 : .float32
    }
}
