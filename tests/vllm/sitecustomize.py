"""Lets torchvision import beside the CPU build of torch, in the vLLM test environment only.

The registry's torchvision is built for CUDA torch: its operators are missing here, and importing it fails
before anything is used. Only its resize is needed, so declaring the missing names is enough.
"""

import importlib.util

OPERATORS = ("nms", "qnms", "roi_align", "roi_pool", "ps_roi_align", "ps_roi_pool", "deform_conv2d")
BACKWARD = ("roi_align", "roi_pool", "ps_roi_align", "ps_roi_pool", "deform_conv2d")

if importlib.util.find_spec("torch") is not None:
    import torch

    library = torch.library.Library("torchvision", "DEF")
    for name in (*OPERATORS, "qroi_align", *(f"_{name}_backward" for name in BACKWARD)):
        library.define(f"{name}(Tensor a) -> Tensor")
