import subprocess
import sys

import pytest
import torch

import core.device
from core.device import choose_device, describe_device
from core.errors import DeviceError

WITHOUT_A_CARD = pytest.mark.skipif(torch.cuda.is_available(), reason="a CUDA device is here")


def test_auto_is_the_processor_where_there_is_no_card():
    expected = "cuda" if torch.cuda.is_available() else "cpu"
    assert choose_device("auto").type == expected
    assert choose_device("cpu").type == "cpu"


@WITHOUT_A_CARD
@pytest.mark.parametrize("name", ["cuda", "cuda:3"])
def test_a_card_that_is_not_there_is_refused_with_the_remedy(name):
    with pytest.raises(DeviceError, match=rf"'{name}'.*--device cpu"):
        choose_device(name)


@pytest.mark.parametrize("name", ["gpu", "cuda:", "cuda:x", "CPU", ""])
@pytest.mark.parametrize("function", [choose_device, describe_device])
def test_a_name_that_means_nothing_is_refused(function, name):
    with pytest.raises(DeviceError, match="expected auto, cpu, cuda or cuda:N"):
        function(name)


def test_a_device_is_described_by_the_drivers_own_words(monkeypatch, tmp_path):
    for slot, model in (("0000:18:00.0", "NVIDIA H200"), ("0000:9c:00.0", "NVIDIA L4")):
        (tmp_path / slot).mkdir()
        (tmp_path / slot / "information").write_text(f"Model: \t\t {model}\nIRQ: 55\n", encoding="utf-8")
    monkeypatch.setattr(core.device, "DRIVER_CARDS", tmp_path)
    monkeypatch.setattr(core.device, "_has_cuda_build", lambda: True)
    assert [describe_device(name) for name in ("auto", "cuda", "cuda:1", "cpu")] == [
        "NVIDIA H200", "NVIDIA H200", "NVIDIA L4", "processor",
    ]  # fmt: skip
    assert describe_device("cuda:2") == "cuda:2, which is not there"


@WITHOUT_A_CARD
def test_a_build_without_cuda_is_described_as_the_processor():
    if torch.version.cuda is not None:
        pytest.skip("this PyTorch was built with CUDA")
    assert describe_device("auto") == "processor"


def test_describing_a_device_does_not_import_torch():
    code = "import sys, core.device; core.device.describe_device(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
