#!/usr/bin/env python3
"""The other side of `fcdwatch bench race`: what a Python user would run in place of our engine, on the same work.

    peers.py prepare --depth 18 --shape 160x192x160 --work DIR
        writes a network with random weights (PyTorch checkpoint, ONNX), an input volume and, computed in float64,
        what has to come out of it
    peers.py run CONTESTANT --depth 18 --shape 160x192x160 --work DIR --threads 2
        times one contestant in this process and prints one JSON object on the last line

CONTESTANT is one of torch-jit, openvino-f32, openvino-default, captum, torch-train. The environment is made by
environment.sh beside this file. Everything runs on the CPU. Each contestant imports only what it needs, so that its
memory is its own.
"""

import argparse
import json
import os
import resource
import statistics
import time
from pathlib import Path

DEPTHS = (18, 34, 50)
TARGET_CLASS = 1
LEARNING_RATE = 1e-4


class Work:
    """The files of one network and one input."""

    def __init__(self, arguments):
        self.depth, self.shape = arguments.depth, arguments.shape
        self.folder = Path(arguments.work)
        self.weights = self.folder / f"resnet{self.depth}.pth"
        self.onnx = self.folder / f"resnet{self.depth}-{self.shape}.onnx"
        self.input = self.folder / f"input-{self.shape}.safetensors"
        self.reference = self.folder / f"resnet{self.depth}-{self.shape}.json"

    def network(self):
        import torch
        from network import Network
        network = Network(self.depth)
        network.load_state_dict(torch.load(self.weights, weights_only=True))
        return network

    def array(self):
        from safetensors.numpy import load_file
        return load_file(self.input)["volume"]

    def volume(self):
        import torch
        return torch.from_numpy(self.array())


def reference(work):
    """Logits, Grad-CAM map of layer4 and the training loss, by eager PyTorch in float64."""
    import torch
    network, x = work.network().double().eval(), work.volume().double()
    with torch.inference_mode():
        layer4 = network.features(x)
        logits = network.fc(network.avgpool(layer4).flatten(1))
        # Behind layer4 stand a mean and one linear layer: the gradient of a logit is its weight over the cells.
        cells = layer4[0, 0].numel()
        signed = torch.einsum("k,kabc->abc", network.fc.weight[TARGET_CLASS], layer4[0]) / cells
        loss = torch.nn.functional.cross_entropy(network.train()(x), torch.tensor([TARGET_CLASS]))
    return {"logits": logits[0].tolist(), "map": signed.flatten().tolist(), "loss": loss.item()}


def prepare(work, seed):
    import torch
    from network import Network, randomise
    from safetensors.torch import save_file
    work.folder.mkdir(parents=True, exist_ok=True)
    if work.reference.exists():  # written last
        return
    network = Network(work.depth).eval()
    randomise(network, seed)
    torch.save(network.state_dict(), work.weights)
    extent = [int(length) for length in work.shape.split("x")]
    volume = torch.randn(1, 1, *extent, generator=torch.Generator().manual_seed(seed + 1))
    save_file({"volume": volume}, work.input)
    torch.onnx.export(network, volume, str(work.onnx), input_names=["volume"], output_names=["logits"],
                      opset_version=17, dynamo=False)
    work.reference.write_text(json.dumps(reference(work)))


def torch_version():
    import torch
    lines = torch.__config__.show().splitlines()
    onednn = [line.split("v")[1].split()[0] for line in lines if "MKL-DNN v" in line]
    return f"PyTorch {torch.__version__}" + (f", oneDNN {onednn[0]}" if onednn else "")


def torch_jit(work, threads):
    import torch
    torch.set_num_threads(threads)
    network, x = work.network().eval(), work.volume()
    with torch.inference_mode():
        compiled = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(network, x)))
        compiled(x)  # the profiling executor optimises at the second call

    def call():
        with torch.inference_mode():
            return {"logits": compiled(x)[0].tolist()}

    return call, {"version": torch_version(), "precision": "float32",
                  "settings": "eval, jit.trace, jit.freeze, optimize_for_inference"}


def openvino(work, threads, precision):
    import openvino
    options = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY"}
    if precision:
        options["INFERENCE_PRECISION_HINT"] = precision
    core = openvino.Core()
    compiled = core.compile_model(core.read_model(str(work.onnx)), "CPU", options)
    request, x = compiled.create_infer_request(), work.array()
    # What the convolutions are really computed in, as the compiled graph tells.
    used = sorted({str(node.get_rt_info()["runtimePrecision"].astype(str))
                   for node in compiled.get_runtime_model().get_ordered_ops()
                   if node.get_rt_info()["layerType"].astype(str) == "Convolution"})

    def call():
        return {"logits": request.infer({0: x})[0].ravel().tolist()}

    return call, {"version": f"OpenVINO {openvino.__version__.split('-')[0]}", "precision": ", ".join(used),
                  "settings": " ".join(f"{key}={value}" for key, value in options.items())}


def captum(work, threads):
    import captum
    import torch
    from captum.attr import LayerGradCam
    torch.set_num_threads(threads)
    network, x = work.network().eval(), work.volume()
    attribution = LayerGradCam(network, network.layer4)

    def call():
        signed = attribution.attribute(x, target=TARGET_CLASS).detach()
        return {"map": signed.flatten().tolist()}

    return call, {"version": f"captum {captum.__version__}, {torch_version()}", "precision": "float32",
                  "settings": "LayerGradCam(layer4)"}


def torch_train(work, threads):
    import torch
    torch.set_num_threads(threads)
    layout = torch.channels_last_3d
    network = work.network().train().to(memory_format=layout)
    x, target = work.volume().contiguous(memory_format=layout), torch.tensor([TARGET_CLASS])
    optimiser = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE)
    losses = []

    def call():
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(network(x), target)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
        return {"losses": losses}

    return call, {"version": torch_version(), "precision": "float32",
                  "settings": f"channels_last_3d, Adam, learning rate {LEARNING_RATE}, batch 1"}


CONTESTANTS = {
    "torch-jit": torch_jit,
    "openvino-f32": lambda work, threads: openvino(work, threads, "f32"),
    "openvino-default": lambda work, threads: openvino(work, threads, None),
    "captum": captum,
    "torch-train": torch_train,
}


def run(work, contestant, threads, calls):
    call, facts = CONTESTANTS[contestant](work, threads)
    call()  # warm-up, not timed
    seconds, outcome = [], {}
    for _ in range(calls):
        begin = time.perf_counter()
        outcome = call()
        seconds.append(time.perf_counter() - begin)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(facts | outcome | {
        "seconds": statistics.median(seconds), "rounds": seconds, "threads": threads, "rss_mb": -(-peak // 1024)}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["prepare", "run"])
    parser.add_argument("contestant", nargs="?", choices=sorted(CONTESTANTS))
    parser.add_argument("--depth", type=int, default=18, choices=DEPTHS)
    parser.add_argument("--shape", default="160x192x160")
    parser.add_argument("--work", required=True)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--calls", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    work = Work(arguments)
    if arguments.action == "prepare":
        prepare(work, arguments.seed)
    elif arguments.contestant is None:
        parser.error("name a contestant")
    else:
        run(work, arguments.contestant, arguments.threads, arguments.calls)


if __name__ == "__main__":
    main()
