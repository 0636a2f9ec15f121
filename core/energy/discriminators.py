"""The discriminators that tell the estimator's bodies from optimised ones.

Architecture as in the paper's released code, which is HMR's (Kanazawa et al., "End-to-end Recovery of
Human Shape and Pose", CVPR 2018): for pose a shared embedding of each joint's 6D rotation, one output a
joint and one for the whole pose; for shape a small perceptron; sigmoid outputs, least-squares targets.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.types import BETAS, BODY_JOINTS


class PoseDiscriminator(nn.Module):
    """(B, 24, 6) 6D rotations -> (B, 25): one verdict a joint and one on the whole pose, 0 to 1."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU())
        self.joint_weights = nn.Parameter(torch.randn(BODY_JOINTS, 32) / 32**0.5)
        self.joint_biases = nn.Parameter(torch.zeros(BODY_JOINTS))
        self.whole = nn.Sequential(
            nn.Linear(32 * BODY_JOINTS, 1024), nn.ReLU(), nn.Linear(1024, 1024), nn.ReLU(), nn.Linear(1024, 1)
        )

    def forward(self, sixd: Tensor) -> Tensor:
        """Verdicts (B, 25); 1 is the estimator's, 0 an optimised pose."""
        embedded = self.embed(sixd)  # [B, 24, 32]
        joints = (embedded * self.joint_weights).sum(-1) + self.joint_biases
        return torch.sigmoid(torch.cat([joints, self.whole(embedded.flatten(1))], dim=1))


class ShapeDiscriminator(nn.Module):
    """(B, 10) betas -> (B, 1), 0 to 1."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(BETAS, 10), nn.ReLU(), nn.Linear(10, 5), nn.ReLU(), nn.Linear(5, 1)
        )

    def forward(self, betas: Tensor) -> Tensor:
        """Verdict; 1 is the estimator's, 0 an optimised shape."""
        return torch.sigmoid(self.layers(betas))


class Discriminators(nn.Module):
    """Both discriminators; the weights come from the seed alone and ask for no gradient of their own.

    Args:
        seed: of the untrained weights.
    """

    def __init__(self, *, seed: int = 0) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.pose = PoseDiscriminator()
            self.shape = ShapeDiscriminator()
        self.requires_grad_(False)


class DiscriminatorTraining:
    """Equation 5 of the paper: ``min ||1 - D(theta_init)||² + ||D(theta_opt)||²``, Adam with 1e-3.

    Args:
        discriminators: are changed in place.
    """

    def __init__(self, discriminators: Discriminators) -> None:
        self.discriminators = discriminators
        self._adam = torch.optim.Adam(discriminators.parameters(), lr=1e-3)

    def update(
        self, initial_sixd: Tensor, initial_betas: Tensor, optimised_sixd: Tensor, optimised_betas: Tensor
    ) -> float:
        """One step on one batch that has been optimised.

        Args:
            initial_sixd: (B, 24, 6), the estimator's.
            initial_betas: (B, 10).
            optimised_sixd: (B, 24, 6).
            optimised_betas: (B, 10).

        Returns:
            The loss before the step: 1 where nothing can be told, 0 where everything is.
        """
        self.discriminators.requires_grad_(True)
        pose, shape = self.discriminators.pose, self.discriminators.shape
        loss = (
            (1 - pose(initial_sixd)).square().mean()
            + pose(optimised_sixd).square().mean()
            + (1 - shape(initial_betas)).square().mean()
            + shape(optimised_betas).square().mean()
        )
        self._adam.zero_grad()
        loss.backward()
        self._adam.step()
        self.discriminators.requires_grad_(False)
        return float(loss.detach())
