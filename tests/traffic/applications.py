# SPDX-License-Identifier: Apache-2.0
"""The running generator of load."""
import json
import subprocess
import tempfile


class Broken(Exception):
    pass


class Applications:
    """An old and a new application, which say what @kind has them say to the database @url."""

    def __init__(self, program, url, rows, rate, kind):
        self.profile = tempfile.NamedTemporaryFile("w", suffix=".profile")
        for name, application in (("old", kind.old), ("new", kind.new)):
            for request, sql in application.requests().items():
                if sql:
                    self.profile.write(f"{name}.{request} = {sql}\n")
        self.profile.flush()
        self.phases = []
        self.process = subprocess.Popen([program, url, self.profile.name, str(rows), str(rate)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise Broken("the generator has ended")
        return json.loads(answer)

    def phase(self, name):
        figures = self.say(f"phase {name}")
        if figures["phase"] != "start":
            self.phases.append(figures)

    def off(self):
        self.say("old off")
        self.say("new off")

    def lost(self, name, application):
        """Returns: how many writes @application, called @name, does not find; nobody may write"""
        return self.say(f"{name} check {application.everything()}")["lost"]

    def end(self, name, application):
        self.phase("end")
        self.off()
        return self.lost(name, application)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.kill()
        self.process.communicate()
        self.profile.close()
