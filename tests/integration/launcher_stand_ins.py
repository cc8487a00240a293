"""Stand-ins for what does not run inside of tests: systemd with one unit, and a kubelet with static pods. Both really run
what they are told to.

  manager SOCKET UNIT COMMAND LOG   systemd: COMMAND is a JSON file {"argv": [...], "env": {...}}; Restart=on-failure
  systemctl SOCKET WORD...          the client of it
  journalctl LOG WORD...
  kubelet MANIFESTS PODS            manifests are pods in JSON, with one container
"""
import json
import os
import signal
import socket
import sys
import time

PR_SET_PDEATHSIG = 1
TICK = 0.02  # seconds
RESTART_AFTER = 0.1


def run(argv, env, log):
    """Ends with this program, however that ends."""
    import ctypes  # here, because the clients are started often
    import subprocess
    libc = ctypes.CDLL(None)
    with open(log, "ab") as out:
        return subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))


class Unit:
    def __init__(self, name, command, log):
        self.name, self.command, self.log = name, command, log
        self.process = None
        self.active, self.sub, self.result = "inactive", "dead", "success"
        self.code = self.status = self.restarts = self.started = 0
        self.restart_at = None

    def spawn(self):
        with open(self.command, encoding="utf-8") as file:
            command = json.load(file)
        self.process = run(command["argv"], command["env"], self.log)
        self.started = time.monotonic_ns() // 1000
        self.active, self.sub, self.result = "active", "running", "success"
        self.code = self.status = 0
        self.restart_at = None

    def tick(self):
        if self.process is not None and self.process.poll() is not None:
            returned = self.process.returncode
            self.process = None
            self.code, self.status = (1, returned) if returned >= 0 else (2, -returned)
            clean = returned == 0 or -returned in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE)
            self.result = "success" if clean else "exit-code" if returned > 0 else "signal"
            if self.active == "deactivating" or clean:
                self.active, self.sub = ("inactive", "dead") if clean else ("failed", "failed")
            else:
                self.active, self.sub = "activating", "auto-restart"
                self.restart_at = time.monotonic() + RESTART_AFTER
        if self.restart_at is not None and time.monotonic() >= self.restart_at:
            self.spawn()
            self.restarts += 1

    def order(self, words):
        words = [word for word in words if word not in ("--no-ask-password", "--no-pager", "--no-block")]
        options = [word for word in words if word.startswith("--")]
        verb, unit = [word for word in words if not word.startswith("--")]
        if verb == "show":
            return self.show(unit)
        if unit != self.name:
            return 5, f"Unit {unit} not loaded.\n"
        if verb == "start":
            if self.process is None:
                self.restarts = 0
                self.spawn()
        elif verb == "stop":
            self.restart_at = None
            if self.process is None:
                self.active = self.active if self.active == "failed" else "inactive"
            else:
                self.active, self.sub = "deactivating", "stop-sigterm"
                self.process.terminate()
        elif verb == "kill" and options == ["--signal=SIGKILL"]:
            if self.process is not None:
                self.process.kill()
        elif verb == "reset-failed":
            if self.active == "failed":
                self.active, self.sub, self.result = "inactive", "dead", "success"
        else:
            return 1, f"Unknown command {verb}.\n"
        return 0, ""

    def show(self, unit):
        known = unit == self.name
        properties = {
            "MainPID": self.process.pid if known and self.process else 0, "NRestarts": self.restarts,
            "ExecMainStartTimestampMonotonic": self.started, "ExecMainCode": self.code,
            "ExecMainStatus": self.status, "Result": self.result, "LoadState": "loaded" if known else "not-found",
            "ActiveState": self.active if known else "inactive", "SubState": self.sub if known else "dead"}
        return 0, "".join(f"{name}={value}\n" for name, value in properties.items())


def manager(path, name, command, log):
    unit = Unit(name, command, log)
    server = socket.socket(socket.AF_UNIX)
    server.bind(path + ".new")
    server.listen(8)
    server.settimeout(TICK)
    os.rename(path + ".new", path)  # it is there when it listens
    while True:
        unit.tick()
        try:
            client, _ = server.accept()
        except socket.timeout:
            continue
        with client, client.makefile("rw") as stream:
            words = json.loads(stream.readline())
            unit.tick()
            json.dump(unit.order(words), stream)


def systemctl(path, *words):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        stream = client.makefile("rw")
        stream.write(json.dumps(words) + "\n")
        stream.flush()
        code, text = json.load(stream)
    (sys.stdout if code == 0 else sys.stderr).write(text)
    return code


def journalctl(log, *words):
    lines = int(next(word for word in words if word.startswith("--lines=")).partition("=")[2])
    if os.path.exists(log):
        with open(log, encoding="utf-8") as file:
            sys.stdout.writelines(file.readlines()[-lines:])
    return 0


class Pod:
    def __init__(self, text, pods):
        self.text = text
        pod = json.loads(text)
        meta, self.container = pod["metadata"], pod["spec"]["containers"][0]
        self.grace = pod["spec"]["terminationGracePeriodSeconds"]
        name = f"{meta['namespace']}_{meta['name']}-node_{time.monotonic_ns():x}"
        self.logs = os.path.join(pods, name, self.container["name"])
        os.makedirs(self.logs)
        self.starts = 0
        self.process = None
        self.next_start = 0.0

    def tick(self):
        if self.process is not None and self.process.poll() is not None:
            self.process = None
            self.next_start = time.monotonic() + RESTART_AFTER
        if self.process is None and time.monotonic() >= self.next_start:
            env = {each["name"]: each["value"] for each in self.container["env"]}
            self.process = run(self.container["command"], env, os.path.join(self.logs, f"{self.starts}.log"))
            self.starts += 1

    def end(self):
        if self.process is None:
            return
        self.process.terminate()
        until = time.monotonic() + self.grace
        while self.process.poll() is None and time.monotonic() < until:
            time.sleep(TICK)
        self.process.kill()
        self.process.wait()


def kubelet(manifests, pods):
    running = {}
    while True:
        seen = {}
        for name in os.listdir(manifests):
            try:
                with open(os.path.join(manifests, name), encoding="utf-8") as file:
                    seen[name] = file.read()
            except FileNotFoundError:
                pass  # moved meanwhile
        for name in [name for name, pod in running.items() if seen.get(name) != pod.text]:
            running.pop(name).end()
        for name, text in seen.items():
            running.setdefault(name, None)
            running[name] = running[name] or Pod(text, pods)
            running[name].tick()
        time.sleep(TICK)


if __name__ == "__main__":
    roles = {"manager": manager, "systemctl": systemctl, "journalctl": journalctl, "kubelet": kubelet}
    sys.exit(roles[sys.argv[1]](*sys.argv[2:]))
