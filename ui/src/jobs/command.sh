#!/bin/sh
# Counts to ten, two seconds a step, then leaves a file to send back.
echo "Running on $(uname -s) $(uname -m) with $(nproc) processor(s)."
step=1
while [ "$step" -le 10 ]; do
  echo "step $step of 10"
  sleep 2
  step=$((step + 1))
done
echo "ten steps done" > result.txt
echo "Wrote result.txt."
