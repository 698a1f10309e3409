"""PyTorch and peft beside the bench: for each line on standard input (forward, full, lora) the processor time of one pass or step, in seconds."""
import sys, time

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModel

torch.set_num_threads(1)
TEXTS, TOKENS, STEPS = 16, 64, 4
ids = torch.randint(1000, 20000, (TEXTS, TOKENS))
classes = torch.arange(TEXTS)


class Classifier(torch.nn.Module):
    def __init__(self, base):
        super().__init__()
        self.base, self.head = base, torch.nn.Linear(base.config.hidden_size, TEXTS)

    def forward(self, ids):
        return self.head(self.base(input_ids=ids).last_hidden_state.mean(1))


def model(**kind):
    # Dropout off on both sides; sdpa is transformers' own choice.
    return AutoModel.from_pretrained(sys.argv[1], hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, **kind).train()


plain = model().eval()
full = Classifier(model())
lora = Classifier(get_peft_model(model(), LoraConfig(r=8, lora_alpha=16, target_modules=["query", "value"], lora_dropout=0.0)))
optimisers = {id(m): torch.optim.AdamW([p for p in m.parameters() if p.requires_grad], lr=1e-5, foreach=True) for m in [full, lora]}


def train(m):
    optimiser = optimisers[id(m)]
    loss = torch.nn.functional.cross_entropy(m(ids), classes)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_([p for p in m.parameters() if p.requires_grad], 1.0)
    optimiser.step()


def forward():
    with torch.inference_mode():
        plain(input_ids=ids)


tasks = {"forward": forward, "full": lambda: train(full), "lora": lambda: train(lora)}
for task in tasks.values():
    task()
for line in sys.stdin:
    start = time.process_time()
    for _ in range(STEPS):
        tasks[line.strip()]()
    print((time.process_time() - start) / STEPS, flush=True)
