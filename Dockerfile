# The official Odoo image and what print3d needs beyond it.
FROM odoo:19

USER root
COPY requirements.txt requirements-oca.txt /opt/print3d/
# The image's Python packages come from its distribution, which pip must not
# remove: ours go beside them and come first. The OCA addons require a package
# `odoo` that no registry carries, so they are unpacked without dependencies.
RUN pip3 install --no-cache-dir --break-system-packages --ignore-installed \
        -r /opt/print3d/requirements.txt \
    && pip3 install --no-cache-dir --no-deps --target /opt/oca \
        -r /opt/print3d/requirements-oca.txt

COPY odoo.conf /etc/odoo/odoo.conf
COPY addons /mnt/extra-addons
USER odoo
