// swift-tools-version: 6.2
// Targets stand in the order of the layers: a target may depend only on those above it in this file.
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// DCMTK's pkg-config file names private libraries that Debian does not ship, so the libraries are listed here.
let dcmtkLibraries = [
    "dcmjpls", "dcmtkcharls", "dcmjpeg", "ijg8", "ijg12", "ijg16", "dcmimage", "dcmimgle", "dcmdata", "oflog", "ofstd",
]

/// Kernels are compiled unchecked, each target for one instruction set; what they are called with is checked in ConvNet.
/// `-Xcc` reaches the code generator as well: without -mfma a fused multiplication is a call of a library function.
func kernels(_ name: String, _ instructions: [String]) -> Target {
    .target(
        name: name, dependencies: ["CCPU"],
        swiftSettings: strict + [.unsafeFlags(["-Ounchecked"] + instructions.flatMap { ["-Xcc", $0] })])
}

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "fcdwatch",
    products: [.executable(name: "fcdwatch", targets: ["fcdwatch"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C libraries of the system, one target each.
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "CNIfTI",
            linkerSettings: [.linkedLibrary("nifti2"), .linkedLibrary("znz"), .linkedLibrary("z")]),
        .target(
            name: "CDCMTK",
            cxxSettings: [.define("HAVE_CONFIG_H")],
            linkerSettings: dcmtkLibraries.map { .linkedLibrary($0) }),
        .target(name: "COpenJPEG", linkerSettings: [.linkedLibrary("openjp2")]),

        // What an image is, how it is read, and how it is prepared for a network.
        .target(name: "Imaging", dependencies: ["CNIfTI", "CZlib"], swiftSettings: strict),
        // DICOM files to series, series to volumes.
        .target(name: "DICOM", dependencies: ["Imaging", "CDCMTK", "COpenJPEG", crypto], swiftSettings: strict),
        // What the processor can do, and the kernels for it: one source, `Sources/Kernels`, in three targets.
        .target(name: "CCPU"),
        kernels("KernelsAVX512", ["-mavx512f", "-mavx512vl", "-mavx512dq", "-mfma"]),
        kernels("KernelsAVX2", ["-mavx2", "-mfma"]),
        kernels("KernelsPlain", []),
        // 3D residual networks on the CPU, and their checkpoints.
        .target(
            name: "ConvNet", dependencies: ["COpenBLAS", "CCPU", "KernelsAVX512", "KernelsAVX2", "KernelsPlain"],
            swiftSettings: strict),
        // Ensembles, verdicts and heat maps.
        .target(name: "Screening", dependencies: ["Imaging", "ConvNet", crypto], swiftSettings: strict),
        // What people and programs read.
        .target(name: "Reporting", dependencies: ["Imaging", "Screening", "CZlib"], swiftSettings: strict),
        // Made-up anatomy, lesions and acquisitions: heads to train on and to demonstrate with.
        .target(name: "Simulation", dependencies: ["Imaging"], swiftSettings: strict),
        // Data sets, training, cross-validation, evaluation and their tables.
        .target(
            name: "Training",
            dependencies: [
                "Imaging", "ConvNet", "Screening", "Reporting", "Simulation", crypto,
                .product(name: "TOMLKit", package: "TOMLKit"),
            ],
            swiftSettings: strict),
        // Inputs, cases and the audit chain in SQLite.
        .target(
            name: "Ledger",
            dependencies: [.product(name: "GRDB", package: "GRDB.swift"), crypto],
            swiftSettings: strict),
        // The service: inbox to report.
        .target(
            name: "Watch",
            dependencies: [
                "Imaging", "DICOM", "ConvNet", "Screening", "Reporting", "Simulation", "Ledger", "CSystemd", crypto,
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "TOMLKit", package: "TOMLKit"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "fcdwatch",
            dependencies: [
                "Imaging", "DICOM", "ConvNet", "Screening", "Reporting", "Simulation", "Training", "Ledger", "Watch",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
    ]
        + [
            "Imaging", "DICOM", "ConvNet", "Screening", "Reporting", "Simulation", "Training", "Ledger", "Watch",
        ].map { name in
            .testTarget(name: "\(name)Tests", dependencies: testDependencies(of: name), swiftSettings: strict)
        },
    cxxLanguageStandard: .cxx17
)

/// A suite may use its own target and every target below it.
func testDependencies(of target: String) -> [Target.Dependency] {
    let below: [String: [Target.Dependency]] = [
        "Imaging": [],
        "DICOM": ["Imaging"],
        "ConvNet": [],
        "Screening": ["Imaging", "ConvNet"],
        "Reporting": ["Imaging", "Screening"],
        "Simulation": ["Imaging"],
        "Training": ["Imaging", "ConvNet", "Screening", "Reporting", "Simulation"],
        "Ledger": [.product(name: "GRDB", package: "GRDB.swift")],
        "Watch": [
            "Imaging", "DICOM", "ConvNet", "Screening", "Reporting", "Simulation", "Ledger",
            .product(name: "Logging", package: "swift-log"),
        ],
    ]
    return [.target(name: target)] + (below[target] ?? [])
}
