"""``sonet_group.*`` and ``socialnetwork.api.workgroup.*``: workgroups, projects and their members."""
