import pytest
import torch

from engine.errors import CheckpointError
from engine.models.conv_blocks import fold
from engine.models.encoders import compact
from engine.models.encoders.compact import StarterEncoder


def small() -> StarterEncoder:
    torch.manual_seed(0)
    return StarterEncoder(6, 16, (8, 12, 16), squeeze=4, hidden=10, norm=True)


def picture(size: int) -> torch.Tensor:
    y, x = torch.meshgrid(*(torch.linspace(0, 1, size),) * 2, indexing="ij")
    return torch.stack([x, y, (x * 6).sin() * 0.5 + 0.5])[None]


def test_sizes_come_from_the_tensors_and_the_codes_are_the_same():
    trained = small()
    trained(picture(128).repeat(4, 1, 1, 1) + 0.1 * torch.randn(4, 3, 128, 128))  # moves the statistics
    shipped = fold(trained)
    loaded = StarterEncoder.from_state(shipped.state_dict())
    assert (loaded.num_layers, loaded.style_dim) == (6, 16)
    codes = loaded(picture(128))
    assert codes.shape == (1, 6, 16)
    torch.testing.assert_close(codes, trained.eval()(picture(128)), atol=1e-4, rtol=1e-4)


def test_a_larger_picture_is_resized_by_area():
    net = fold(small())
    large = picture(256)
    by_hand = torch.nn.functional.avg_pool2d(large, 2)
    torch.testing.assert_close(net(large), net(by_hand), atol=1e-5, rtol=1e-5)


def test_it_recognises_its_layout_and_no_other():
    state = fold(small()).state_dict()
    assert compact.matches(state)
    assert not compact.matches({k: v for k, v in state.items() if k != "linear.weight"})


@pytest.mark.parametrize("lost", ["hidden.weight", "codes.weight", "body.1.second.conv.bias"])
def test_a_lost_tensor_is_refused(lost: str):
    state = fold(small()).state_dict()
    del state[lost]
    with pytest.raises(CheckpointError):
        StarterEncoder.from_state(state)


def test_sizes_that_do_not_fit_are_refused():
    state = dict(fold(small()).state_dict())
    state["linear.weight"] = state["linear.weight"][:7]
    with pytest.raises(CheckpointError):
        StarterEncoder.from_state(state)


def test_code_shape_is_read_off_the_tensors():
    assert compact.code_shape(fold(small()).state_dict()) == (6, 16)
