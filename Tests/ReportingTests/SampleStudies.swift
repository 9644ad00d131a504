import Foundation
import Imaging
import Reporting
import Screening

/// Studies made in code for the suites and for looking at pages.
enum SampleStudies {
    /// A head-like image: scalp, skull gap, brain with bright or dark core, and two ventricles. No face, no patient.
    static func head(
        shape: SIMD3<Int> = [160, 192, 160], affine: Affine? = nil, isFLAIR: Bool = false,
        spotAtRASMM: SIMD3<Double>? = nil, seed: UInt64 = 1
    ) -> Volume {
        let affine =
            affine
            ?? Affine(
                spacing: [1.1, 1.1, 1.1], origin: SIMD3(-Double(shape.x), -Double(shape.y), -Double(shape.z)) * 0.55)
        var volume = Volume(grid: VoxelGrid(shape: shape, affineRAS: affine))
        var state = seed
        for i in 0..<shape.x {
            for j in 0..<shape.y {
                for k in 0..<shape.z {
                    let p = affine(SIMD3(Double(i), Double(j), Double(k)))
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    let noise = Float(state >> 40) / Float(1 << 24) - 0.5
                    volume[i, j, k] = tissue(p, isFLAIR: isFLAIR, spot: spotAtRASMM) + noise * 24 + 12
                }
            }
        }
        return volume
    }

    private static func tissue(_ p: SIMD3<Double>, isFLAIR: Bool, spot: SIMD3<Double>?) -> Float {
        func radius(_ a: Double, _ b: Double, _ c: Double, _ centre: SIMD3<Double> = .zero) -> Double {
            let q = (p - centre) / SIMD3(a, b, c)
            return (q * q).sum().squareRoot()
        }
        if let spot, ((p - spot) * (p - spot)).sum() < 36 { return isFLAIR ? 760 : 300 }
        if radius(9, 26, 14, [-12, 0, 8]) < 1 || radius(9, 26, 14, [12, 0, 8]) < 1 { return isFLAIR ? 40 : 120 }
        let folds = 0.03 * (sin(p.x / 3.4) + sin(p.y / 4.1 + 1) + sin(p.z / 3.7 + 2))
        let brain = radius(62, 80, 60) + folds
        if brain < 0.80 { return isFLAIR ? 330 : 640 }
        if brain < 0.97 { return isFLAIR ? 460 : 420 }
        if brain < 1.04 { return isFLAIR ? 60 : 130 }
        let skin = radius(74, 93, 73)
        if skin < 0.93 { return 60 }
        if skin < 1.0 { return isFLAIR ? 350 : 800 }
        return 0
    }

    /// A blob of heat, wide as a layer-4 cell, on the grid of `scan`.
    static func heat(on scan: Volume, at centre: SIMD3<Double>, height: Float = 0.0213) -> Volume {
        var heat = Volume(grid: scan.grid)
        for i in 0..<scan.shape.x {
            for j in 0..<scan.shape.y {
                for k in 0..<scan.shape.z {
                    let p = scan.grid.affineRAS(SIMD3(Double(i), Double(j), Double(k)))
                    let d = (p - centre) / SIMD3(12, 20, 20)
                    let second = (p - SIMD3(-40, -30, 20)) / SIMD3(12, 20, 20)
                    heat[i, j, k] =
                        height * Float(exp(-(d * d).sum()) + 0.5 * exp(-(second * second).sum()) - 0.02)
                }
            }
        }
        return heat
    }

    static func score(_ members: [Double], threshold: Double) -> ModalityScore {
        ModalityScore(
            members: members.enumerated().map { place, score in
                MemberScore(
                    file: "fold-\(place).safetensors", sha256: hash("member\(place)"), fold: place,
                    logits: [-0.5 * log(score / (1 - score)), 0.5 * log(score / (1 - score))], score: score)
            }, threshold: threshold)
    }

    static func hash(_ seed: String) -> String {
        var state: UInt64 = 1_469_598_103_934_665_603
        for byte in seed.utf8 { state = (state ^ UInt64(byte)) &* 1_099_511_628_211 }
        return (0..<4).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return String(repeating: "0", count: 16 - String(state, radix: 16).count) + String(state, radix: 16)
        }.joined()
    }

    static func modality(
        _ modality: Modality, members: [Double], scan: Volume, peak: SIMD3<Double>,
        status: ModelIdentity.Status = .research
    ) -> ModalityResult {
        let voxel = scan.grid.affineRAS.inverse.map { $0(peak) } ?? .zero
        let place = SIMD3<Int>(Int(voxel.x.rounded()), Int(voxel.y.rounded()), Int(voxel.z.rounded()))
        let name = modality == .t1w ? "T1w" : "FLAIR"
        return ModalityResult(
            modality: modality, status: .scored, score: score(members, threshold: 0.5),
            model: ModelIdentity(
                name: "fcd2-\(name.lowercased())", version: "1.2.0", status: status, sha256: hash("model" + name),
                architecture: "3D ResNet-18, width 64, shortcut A",
                operatingPoint: status == .research
                    ? OperatingPoint(
                        sensitivity: 0.8, specificity: 0.8, subjects: 170,
                        data: "ds004199 1.0.6, five-fold cross-validation") : nil,
                limits: [
                    "Trained on adults scanned at one site at 3 T.",
                    "All controls were scanned with one protocol; part of the accuracy may stem from that.",
                ]),
            heatmap: HeatmapSummary(
                layer: "layer4", cellSizeMM: [16, 32, 32], cells: [11, 7, 6], maximum: 0.0213,
                peaks: [
                    Peak(positionRASMM: peak, voxel: place, value: 0.0209, normalised: 1),
                    Peak(positionRASMM: [-40, -30, 20], voxel: [44, 69, 98], value: 0.0101, normalised: 0.48),
                ], memberPeakSpreadMM: 18.4),
            acquisition: Acquisition(
                source: "DICOM", grid: scan.grid, manufacturer: "SIEMENS", magneticFieldTesla: 3,
                repetitionTimeMS: modality == .t1w ? 2300 : 5000, echoTimeMS: modality == .t1w ? 2.98 : 386,
                inversionTimeMS: modality == .t1w ? 900 : 1800,
                chosenBecause: "the only 3D series whose physics is that of \(name)"),
            quality: [
                QualityNumber(
                    name: "head cut off by the crop", value: 0.2, unit: "%", limit: "at most 1 %", judgement: .pass),
                QualityNumber(
                    name: "largest voxel side", value: 1.1, unit: "mm", limit: "at most 1.5 mm", judgement: .pass),
                QualityNumber(name: "signal-to-noise ratio", value: 41.3, unit: "", judgement: .information),
            ],
            inputSHA256: (0..<176).map { hash("\(name)\($0)") },
            outputs: [
                OutputFile(
                    file: "sub-3f9a_\(name).nii.gz", sha256: hash("a" + name), kind: "scan"),
                OutputFile(
                    file: "sub-3f9a_acq-\(name)_desc-gradcam_heatmap.nii.gz", sha256: hash("b" + name), kind: "heat map"
                ),
            ])
    }

    static let identity = PageIdentity(
        name: "CANARY^Zoë", patientID: "4711-CANARY", birthDate: "1987-03-14", sex: "F", accession: "ACC-20260214-7",
        studyTime: "2026-02-14 16:52")

    /// A study page in one of the shapes it can take.
    static func page(_ kind: Kind, shape: SIMD3<Int> = [160, 192, 160]) -> StudyPage {
        let peak = SIMD3<Double>(38, 22, 30)
        let spacing = 176.0 / Double(shape.x)
        let affine = Affine(
            spacing: [-spacing, spacing, spacing],
            origin: SIMD3(Double(shape.x), -Double(shape.y), -Double(shape.z)) * (spacing / 2))
        let t1 = head(shape: shape, affine: affine, spotAtRASMM: peak)
        let flair = head(shape: shape, isFLAIR: true, spotAtRASMM: peak, seed: 2)
        let isDemo = kind == .noMeaning
        let scores: ([Double], [Double]) =
            switch kind {
            case .flagged, .missing: ([0.61, 0.70, 0.74, 0.76, 0.84], [0.31, 0.44, 0.40, 0.52, 0.38])
            case .indeterminate: ([0.61, 0.55, 0.44, 0.36, 0.34], [0.31, 0.44, 0.40, 0.42, 0.38])
            case .noMeaning: ([0.50, 0.49], [0.51, 0.52])
            default: ([0.21, 0.30, 0.24, 0.26, 0.34], [0.31, 0.44, 0.40, 0.42, 0.38])
            }
        let status: ModelIdentity.Status = isDemo ? .untrained : .research
        var t1Result = modality(.t1w, members: scores.0, scan: t1, peak: peak, status: status)
        var flairResult = modality(.flair, members: scores.1, scan: flair, peak: [30, 30, 26], status: status)
        var result = StudyResult(
            caseID: "20260214-7f3a", pseudonym: "3f9a1c55d0be4471", verdict: .flagged, profile: "site-default",
            noClinicalMeaning: isDemo, modalities: [], peakDistanceMM: 12.2, software: Software(version: "0.1.0"),
            timings: [
                Timing(step: "inspect", seconds: 1.8), Timing(step: "convert", seconds: 3.2),
                Timing(step: "prepare", seconds: 2.9), Timing(step: "classify", seconds: 61.4),
                Timing(step: "explain", seconds: 2.2),
            ])
        var images = [PageModality(modality: .t1w, scan: t1, heat: heat(on: t1, at: peak), result: t1Result)]
        switch kind {
        case .below: result.verdict = .belowThreshold
        case .indeterminate: result.verdict = .indeterminate
        case .notAssessable:
            result.verdict = .notAssessable
            result.peakDistanceMM = nil
            result.reason = Reason(
                code: "HEAD_NOT_FOUND",
                message: "No head was found in the T1w image. Check that the right series was sent, and send it again.")
            t1Result = ModalityResult(
                modality: .t1w, status: .notAssessable, reason: result.reason, acquisition: t1Result.acquisition,
                quality: [
                    QualityNumber(
                        name: "head-like share", value: 0.04, unit: "", limit: "at least 0.30", judgement: .fail)
                ], inputSHA256: t1Result.inputSHA256)
            images = [PageModality(modality: .t1w, scan: t1, heat: nil, result: t1Result)]
        default: break
        }
        if kind == .missing || kind == .notAssessable {
            flairResult = ModalityResult(
                modality: .flair, status: .missing,
                reason: Reason(
                    code: "MODALITY_MISSING",
                    message: "No 3D FLAIR came within 60 minutes. Send it to have it screened."))
            result.peakDistanceMM = nil
        } else {
            images.append(
                PageModality(
                    modality: .flair, scan: flair, heat: heat(on: flair, at: [30, 30, 26]), result: flairResult))
        }
        result.modalities = [t1Result, flairResult]
        return StudyPage(
            result: result, identity: identity, modalities: images, prevalence: 0.02, auditHead: hash("audit"),
            madeAtLocal: "2026-02-15 02:41 CET")
    }

    enum Kind: String, CaseIterable {
        case flagged, below, indeterminate, notAssessable, noMeaning, missing
    }
}
