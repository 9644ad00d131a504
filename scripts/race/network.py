"""The paper's 3D ResNet in PyTorch, as the contestants of the race run it."""

import torch
from torch import nn

STAGE_BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3)}


def conv(from_channels, to_channels, kernel, stride=1):
    return nn.Conv3d(from_channels, to_channels, kernel, stride=stride, padding=kernel // 2, bias=False)


class Residual(nn.Module):
    """A basic block (two 3x3x3) or a bottleneck (1x1x1, 3x3x3, 1x1x1), with shortcut B where shapes differ."""

    def __init__(self, from_channels, planes, stride, bottleneck):
        super().__init__()
        to_channels = 4 * planes if bottleneck else planes
        self.bottleneck = bottleneck
        self.conv1 = conv(from_channels, planes, 1 if bottleneck else 3, 1 if bottleneck else stride)
        self.bn1 = nn.BatchNorm3d(planes)
        self.conv2 = conv(planes, planes, 3, stride if bottleneck else 1)
        self.bn2 = nn.BatchNorm3d(planes)
        if bottleneck:
            self.conv3 = conv(planes, to_channels, 1)
            self.bn3 = nn.BatchNorm3d(to_channels)
        if stride != 1 or from_channels != to_channels:
            self.downsample = nn.Sequential(conv(from_channels, to_channels, 1, stride), nn.BatchNorm3d(to_channels))
        else:
            self.downsample = None
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        if self.bottleneck:
            y = self.bn3(self.conv3(self.relu(y)))
        return self.relu(y + shortcut)


class Network(nn.Module):
    """The paper's 3D ResNet: stem 7x7x7 with stride 1, 2, 2, max-pool, four stages, mean, one linear layer."""

    def __init__(self, depth):
        super().__init__()
        bottleneck = depth >= 50
        self.conv1 = nn.Conv3d(1, 64, 7, stride=(1, 2, 2), padding=3, bias=False)
        self.bn1 = nn.BatchNorm3d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool3d(3, stride=2, padding=1)
        channels = 64
        for stage, count in enumerate(STAGE_BLOCKS[depth]):
            planes = 64 * 2**stage
            blocks = []
            for block in range(count):
                blocks.append(Residual(channels, planes, 2 if stage > 0 and block == 0 else 1, bottleneck))
                channels = 4 * planes if bottleneck else planes
            self.add_module(f"layer{stage + 1}", nn.Sequential(*blocks))
        self.avgpool = nn.AdaptiveAvgPool3d(1)
        self.fc = nn.Linear(channels, 2)

    def features(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        return self.layer4(self.layer3(self.layer2(self.layer1(x))))

    def forward(self, x):
        return self.fc(self.avgpool(self.features(x)).flatten(1))


def randomise(network, seed):
    """Kaiming weights and batch-norm statistics as a trained network might have them."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.Conv3d):
                fan_out = module.weight.shape[0] * module.weight[0, 0].numel()
                module.weight.normal_(0, (2 / fan_out) ** 0.5, generator=generator)
            elif isinstance(module, nn.BatchNorm3d):
                module.weight.uniform_(0.8, 1.2, generator=generator)
                module.bias.normal_(0, 0.05, generator=generator)
                module.running_mean.normal_(0, 0.1, generator=generator)
                module.running_var.uniform_(0.8, 1.2, generator=generator)
            elif isinstance(module, nn.Linear):
                bound = module.in_features**-0.5
                module.weight.uniform_(-bound, bound, generator=generator)
                module.bias.uniform_(-bound, bound, generator=generator)
