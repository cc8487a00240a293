"""Debian's Python client of Kubernetes against the server: one session per test.

python_client.py KUBECONFIG Session.test_NAME
"""
import os
import sys
import threading
import unittest
import uuid

from kubernetes import client, config, dynamic, watch
from kubernetes.client.rest import ApiException

GROUP, VERSION, PLURAL = "kubermatic.k8c.io", "v1", "etcdbackupconfigs"
TYPE = GROUP + "/" + VERSION


def seed():
    return {
        "apiVersion": TYPE,
        "kind": "Seed",
        "metadata": {"name": "s1", "namespace": "kubermatic"},
        "spec": {"etcdBackupRestore": {"destinations": {"disk": {
            "type": "local", "path": os.path.dirname(KUBECONFIG) + "/backups"}}}},
    }


def backup_config(cluster, name, keep=5):
    return {
        "apiVersion": TYPE,
        "kind": "EtcdBackupConfig",
        "metadata": {"name": name, "labels": {"tier": "gold"}},
        "spec": {"cluster": {"name": cluster}, "schedule": "@every 20m", "keep": keep, "destination": "disk"},
    }


class Session(unittest.TestCase):
    def setUp(self):
        config.load_kube_config(KUBECONFIG)
        self.custom = client.CustomObjectsApi()
        self.core = client.CoreV1Api()
        self.cluster = "py-" + uuid.uuid4().hex[:8]
        self.namespace = "cluster-" + self.cluster
        try:
            self.custom.create_namespaced_custom_object(GROUP, VERSION, "kubermatic", "seeds", seed())
        except ApiException as e:
            self.assertEqual(e.reason, "Conflict")
        self.custom.create_cluster_custom_object(GROUP, VERSION, "clusters", {
            "apiVersion": TYPE, "kind": "Cluster", "metadata": {"name": self.cluster},
            "spec": {"etcd": {"endpoints": ["http://127.0.0.1:2379"]}}})

    def make(self, name, keep=5):
        return self.custom.create_namespaced_custom_object(
            GROUP, VERSION, self.namespace, PLURAL, backup_config(self.cluster, name, keep))

    def get(self, name):
        return self.custom.get_namespaced_custom_object(GROUP, VERSION, self.namespace, PLURAL, name)

    def names(self, **options):
        listed = self.custom.list_namespaced_custom_object(GROUP, VERSION, self.namespace, PLURAL, **options)
        return [item["metadata"]["name"] for item in listed["items"]]

    def test_custom_objects_are_created_read_and_listed(self):
        made = self.make("daily")
        self.assertEqual(self.get("daily")["metadata"]["uid"], made["metadata"]["uid"])
        self.make("hourly")
        self.assertEqual(self.names(), ["daily", "hourly"])
        self.assertEqual(self.names(label_selector="tier=silver"), [])
        self.assertEqual(self.names(field_selector="metadata.name=daily"), ["daily"])
        everywhere = self.custom.list_cluster_custom_object(GROUP, VERSION, PLURAL)
        self.assertIn(self.namespace, {item["metadata"]["namespace"] for item in everywhere["items"]})

    def test_lists_come_in_pieces(self):
        for i in range(5):
            self.make("config-%d" % i)
        found, token = [], ""
        while True:
            page = self.custom.list_namespaced_custom_object(
                GROUP, VERSION, self.namespace, PLURAL, limit=2, _continue=token)
            found.append(len(page["items"]))
            token = page["metadata"].get("continue", "")
            if not token:
                break
        self.assertEqual(found, [2, 2, 1])

    def test_custom_objects_are_patched_and_replaced(self):
        self.make("daily")
        patched = self.custom.patch_namespaced_custom_object(
            GROUP, VERSION, self.namespace, PLURAL, "daily", {"spec": {"keep": 7}})
        self.assertEqual(patched["spec"]["keep"], 7)
        while True:  # the server writes to it, too
            current = self.get("daily")
            current["spec"]["keep"] = 9
            try:
                self.custom.replace_namespaced_custom_object(
                    GROUP, VERSION, self.namespace, PLURAL, "daily", current)
                break
            except ApiException as e:
                self.assertEqual(e.status, 409)
        self.assertEqual(self.get("daily")["spec"]["keep"], 9)

    def test_what_is_stale_or_wrong_is_refused(self):
        stale = self.make("daily")
        self.custom.patch_namespaced_custom_object(
            GROUP, VERSION, self.namespace, PLURAL, "daily", {"spec": {"keep": 7}})
        with self.assertRaises(ApiException) as conflict:
            self.custom.replace_namespaced_custom_object(GROUP, VERSION, self.namespace, PLURAL, "daily", stale)
        self.assertEqual(conflict.exception.status, 409)
        with self.assertRaises(ApiException) as invalid:
            self.custom.patch_namespaced_custom_object(
                GROUP, VERSION, self.namespace, PLURAL, "daily", {"spec": {"schedule": "0 0 30 2 *"}})
        self.assertEqual(invalid.exception.status, 422)
        self.assertIn("spec.schedule", invalid.exception.body)
        with self.assertRaises(ApiException) as missing:
            self.get("nothing")
        self.assertEqual(missing.exception.status, 404)

    def test_a_watch_sees_every_change(self):
        seen, ready = [], threading.Event()

        def look():
            for event in watch.Watch().stream(self.custom.list_namespaced_custom_object, GROUP, VERSION,
                                              self.namespace, PLURAL, timeout_seconds=60):
                seen.append((event["type"], event["object"]["spec"]["keep"]))
                ready.set()
                if event["type"] == "DELETED":
                    return

        self.make("daily", keep=1)
        thread = threading.Thread(target=look)
        thread.start()
        self.assertTrue(ready.wait(30))
        self.custom.patch_namespaced_custom_object(
            GROUP, VERSION, self.namespace, PLURAL, "daily", {"spec": {"keep": 2}})
        self.custom.delete_namespaced_custom_object(GROUP, VERSION, self.namespace, PLURAL, "daily")
        thread.join(60)
        self.assertFalse(thread.is_alive())
        self.assertEqual(seen[0], ("ADDED", 1))
        self.assertIn(("MODIFIED", 2), seen)
        self.assertEqual(seen[-1][0], "DELETED")

    def test_custom_objects_are_deleted(self):
        self.make("daily")
        self.make("hourly")
        self.custom.delete_namespaced_custom_object(GROUP, VERSION, self.namespace, PLURAL, "daily")
        self.wait_until(lambda: self.names() == ["hourly"])
        self.custom.delete_collection_namespaced_custom_object(GROUP, VERSION, self.namespace, PLURAL)
        self.wait_until(lambda: self.names() == [])

    def test_namespaces_and_config_maps(self):
        name = "plain-" + uuid.uuid4().hex[:8]
        self.core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=name)))
        self.core.create_namespaced_config_map(
            name, client.V1ConfigMap(metadata=client.V1ObjectMeta(name="map"), data={"a": "b"}))
        patched = self.core.patch_namespaced_config_map("map", name, {"data": {"c": "d"}})
        self.assertEqual(patched.data, {"a": "b", "c": "d"})
        patched = self.core.patch_namespaced_config_map("map", name, [{"op": "remove", "path": "/data/a"}])
        self.assertEqual(patched.data, {"c": "d"})
        self.assertEqual([m.metadata.name for m in self.core.list_namespaced_config_map(name).items], ["map"])
        for event in watch.Watch().stream(self.core.list_namespaced_config_map, name, timeout_seconds=60):
            self.assertEqual((event["type"], event["object"].data["c"]), ("ADDED", "d"))
            break
        self.core.delete_namespaced_config_map("map", name)
        self.assertEqual(self.core.list_namespaced_config_map(name).items, [])
        self.core.delete_namespace(name)
        self.wait_until(lambda: name not in [n.metadata.name for n in self.core.list_namespace().items])

    def test_secrets_are_written_and_never_read(self):
        secret = client.V1Secret(metadata=client.V1ObjectMeta(name="keys"), string_data={"SECRET": "strenggeheim"})
        made = self.core.create_namespaced_secret(self.namespace, secret)
        read = self.core.read_namespaced_secret("keys", self.namespace)
        for answer in (made, read, self.core.list_namespaced_secret(self.namespace)):
            self.assertNotIn("strenggeheim", str(answer))
            self.assertNotIn("c3RyZW5nZ2VoZWlt", str(answer))
        self.assertEqual(list(read.data), ["SECRET"])
        self.core.delete_namespaced_secret("keys", self.namespace)

    def test_events_are_written_and_listed(self):
        self.core.create_namespaced_event(self.namespace, client.CoreV1Event(
            metadata=client.V1ObjectMeta(generate_name="daily."), reason="Tried", message="by hand", type="Normal",
            involved_object=client.V1ObjectReference(kind="EtcdBackupConfig", name="daily", namespace=self.namespace)))
        found = self.core.list_namespaced_event(self.namespace, field_selector="involvedObject.name=daily,reason=Tried")
        self.assertEqual([e.message for e in found.items], ["by hand"])

    def test_the_dynamic_client_discovers_our_kinds(self):
        api = dynamic.DynamicClient(client.ApiClient()).resources.get(api_version=TYPE, kind="EtcdBackupConfig")
        api.create(body=backup_config(self.cluster, "daily"), namespace=self.namespace)
        api.patch(body={"metadata": {"name": "daily"}, "spec": {"keep": 6}}, namespace=self.namespace,
                  content_type="application/merge-patch+json")
        self.assertEqual(api.get(name="daily", namespace=self.namespace).spec.keep, 6)
        self.assertEqual([item.metadata.name for item in api.get(namespace=self.namespace).items], ["daily"])
        api.delete(name="daily", namespace=self.namespace)

    def test_access_and_version(self):
        review = client.AuthorizationV1Api().create_self_subject_access_review(client.V1SelfSubjectAccessReview(
            spec=client.V1SelfSubjectAccessReviewSpec(resource_attributes=client.V1ResourceAttributes(
                verb="delete", group=GROUP, resource=PLURAL, namespace=self.namespace))))
        self.assertTrue(review.status.allowed)
        self.assertIn("holdfast", client.VersionApi().get_code().git_version)
        self.assertIn(GROUP, [g.name for g in client.ApisApi().get_api_versions().groups])

    def wait_until(self, done):
        pause = threading.Event()
        for _ in range(300):
            if done():
                return
            pause.wait(0.1)
        self.fail("it did not come about")


if __name__ == "__main__":
    KUBECONFIG = sys.argv.pop(1)
    unittest.main(warnings="ignore")
