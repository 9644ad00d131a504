#!/usr/bin/env python3
"""Compares the network at full width and full input size with PyTorch. Needs torch, captum, scipy and safetensors.

    convnet_forward.py make FOLDER [--depth 18] [--width 64] [--shortcut B] [--medicalnet]   writes weights and an input
    FCDWATCH_CROSSCHECK=FOLDER swift test -c release --filter fullSizeNetworkIsWrittenForComparison
    convnet_forward.py check FOLDER                              compares, exit status 1 where they differ

The expected values are PyTorch's in float64; its own float32 error is printed beside ours.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Fixtures"))
from oracle import Spec, build, medicalnet  # noqa: E402

SHAPE = (1, 1, 161, 193, 161)
TOLERANCE = 1e-5  # of the largest value


def make(folder, spec):
    folder.mkdir(parents=True, exist_ok=True)
    net = build(spec, seed=7)
    save_file({k: v.contiguous() for k, v in net.state_dict().items()}, str(folder / "state.safetensors"))
    torch.save(net.state_dict(), folder / "state.pth")
    save_file({"x": torch.randn(SHAPE, generator=torch.Generator().manual_seed(8))}, str(folder / "input.safetensors"))
    (folder / "architecture.json").write_text(json.dumps({
        "depth": spec.depth, "width": spec.width, "shortcut": spec.shortcut, "stemStride": spec.stem_stride,
        "stageStrides": spec.stage_strides, "stageDilations": spec.stage_dilations, "inputChannels": 1, "classes": 2}))


def run(net, x):
    with torch.inference_mode():
        start = time.time()
        layer4 = net.layer4(net.layer3(net.layer2(net.layer1(net.maxpool(net.relu(net.bn1(net.conv1(x))))))))
        logits = net.fc(net.avgpool(layer4).flatten(1))
    return {"layer4": layer4.double(), "logits": logits.double()}, time.time() - start


def check(folder):
    facts = json.loads((folder / "architecture.json").read_text())
    spec = Spec(
        depth=facts["depth"], width=facts["width"], shortcut=facts["shortcut"], stem_stride=tuple(facts["stemStride"]),
        stage_strides=tuple(facts["stageStrides"]), stage_dilations=tuple(facts["stageDilations"]))
    net = build(spec, seed=7).eval()
    net.load_state_dict(load_file(folder / "state.safetensors"))
    x = load_file(folder / "input.safetensors")["x"]
    ours = load_file(folder / "output.safetensors")
    single, seconds = run(net, x)
    double, _ = run(net.double(), x.double())
    print(f"PyTorch float32 {seconds:.2f} s on {torch.get_num_threads()} threads")
    fine = True
    for name, want in double.items():
        scale = want.abs().max().item()
        error = (ours[name].double() - want).abs().max().item() / scale
        torch_error = (single[name] - want).abs().max().item() / scale
        fine = fine and tuple(ours[name].shape) == tuple(want.shape) and error <= TOLERANCE
        print(f"{name} {tuple(want.shape)} |max| {want.abs().max():.4g}: ours {error:.2e}, PyTorch float32 {torch_error:.2e}")
    return 0 if fine else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["make", "check"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--depth", type=int, choices=[18, 34, 50], default=18)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--shortcut", choices=["A", "B"], default="B")
    parser.add_argument("--medicalnet", action="store_true", help="MedicalNet's strides and dilations")
    arguments = parser.parse_args()
    if arguments.step == "make":
        shape = {"depth": arguments.depth, "width": arguments.width, "shortcut": arguments.shortcut}
        make(arguments.folder, medicalnet(**shape) if arguments.medicalnet else Spec(**shape))
    else:
        sys.exit(check(arguments.folder))
